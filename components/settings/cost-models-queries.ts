import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import type { CostModelBody, CostModelResource, CostModelsResource } from '@/lib/contracts';
import { toModelBody } from './cost-models-words';
import { costModelsKey, costVersionsKey } from './settings-query-keys';
import { writeEdited } from './write-edited';

/** The models in use, and the entity tag that replacing them wants. */
export interface ReadCostModels {
  models: CostModelResource[];
  etag: string;
}

/** What skills cost, and what outcomes have taught about it. */
export const costModelsQuery = queryOptions({
  queryKey: costModelsKey,
  queryFn: async ({ signal }) => readAnswer(await api.send('getCostModels', { signal })),
});

const VERSIONS_SHOWN = 20;

/** Every version of what a skill costs, newest first. */
export const costVersionsQuery = (skillId: string) =>
  infiniteQueryOptions({
    queryKey: costVersionsKey(skillId),
    queryFn: ({ pageParam, signal }) =>
      api.listCostVersions({
        params: { skill_id: skillId },
        query: { limit: VERSIONS_SHOWN, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Writes the model of one skill over what was read (`base`); null retires it. Throws as `writeEdited`. */
export function writeCostModel(
  queries: QueryClient,
  base: ReadCostModels,
  skillId: string,
  after: CostModelBody | null,
): Promise<ReadCostModels> {
  return writeEdited<ReadCostModels, CostModelBody>(
    {
      base,
      rowsOf: ({ models }) => models.map(toModelBody),
      isEdited: (row) => row.skill_id === skillId,
      reread: () => queries.fetchQuery({ ...costModelsQuery, staleTime: 0 }),
      write: ({ etag }, rows) => replaceCostModels(rows, etag),
    },
    after,
  );
}

/** Replaces the models, if they still are the ones that have this tag. */
async function replaceCostModels(models: readonly CostModelBody[], etag: string): Promise<ReadCostModels> {
  return readAnswer(await api.send('putCostModels', { body: { cost_models: [...models] }, ifMatch: etag }));
}

async function readAnswer(answer: Response): Promise<ReadCostModels> {
  const { cost_models: models } = (await answer.json()) as CostModelsResource;
  return { models, etag: answer.headers.get('etag') ?? '' };
}
