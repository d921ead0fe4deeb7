import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import type { BudgetRow, BudgetsResource } from '@/lib/contracts';
import { isSameBudget, toRow } from './budgets-words';
import { budgetsKey } from './settings-query-keys';
import { type EditedList, writeEdited } from './write-edited';

/** The budgets, and the version of the configuration that they were read at: who writes says which one was seen. */
export interface ReadBudgets {
  resource: BudgetsResource;
  etag: string;
}

/** What is approved and reported meanwhile moves what they hold, and no event tells. */
const FOLLOW_MS = 5000;

export const budgetsQuery = queryOptions({
  queryKey: budgetsKey,
  queryFn: async ({ signal }): Promise<ReadBudgets> => readAnswer(await api.send('getBudgets', { signal })),
  refetchInterval: FOLLOW_MS,
});

/** Writes one budget over what was read (`base`); null retires it. Throws as `writeEdited`. */
export function writeBudget(
  queries: QueryClient,
  base: ReadBudgets,
  scope: Pick<BudgetRow, 'skill_id' | 'agent_id' | 'period'>,
  after: BudgetRow | null,
): Promise<ReadBudgets> {
  const list: EditedList<ReadBudgets, BudgetRow> = {
    base,
    rowsOf: ({ resource }) => resource.budgets.map(toRow),
    isEdited: (row) => isSameBudget(row, scope),
    reread: () => queries.fetchQuery({ ...budgetsQuery, staleTime: 0 }),
    write: writeBudgets,
  };
  return writeEdited(list, after);
}

/** Writes the whole list, if it is still the one that was read. */
async function writeBudgets({ etag }: Pick<ReadBudgets, 'etag'>, budgets: BudgetRow[]): Promise<ReadBudgets> {
  return readAnswer(await api.send('putBudgets', { body: { budgets }, ifMatch: etag }));
}

async function readAnswer(answer: Response): Promise<ReadBudgets> {
  return { resource: (await answer.json()) as BudgetsResource, etag: answer.headers.get('etag') ?? '' };
}
