import { toFormProblem } from '@/components/ui/form-problem';
import { isApiProblem } from '@/lib/client';
import type { BudgetRow } from '@/lib/contracts';
import type { ReadBudgets } from './budgets-queries';
import { isSameBudget, limitWords } from './budgets-words';
import { Overtaken } from './write-edited';

/** Why a budget was not written, in words for who wanted it. */
export function toBudgetProblem(error: unknown, row: Pick<BudgetRow, 'skill_id' | 'agent_id' | 'period'>): string {
  if (error instanceof Overtaken) {
    const { budgets } = (error as Overtaken<ReadBudgets>).now.resource;
    const now = budgets.find((other) => isSameBudget(other, row));
    const what = now === undefined ? 'retired this budget' : `set this budget to ${limitWords(now)}`;
    return `Somebody has ${what} meanwhile. To write over that, do it again.`;
  }
  if (isApiProblem(error, 'config/changed')) {
    return 'Somebody keeps changing the configuration. Try again.';
  }
  return toFormProblem(error, []).rest ?? 'What was sent is not valid.';
}
