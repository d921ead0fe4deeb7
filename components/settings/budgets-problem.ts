import { toFormProblem } from '@/components/ui/form-problem';
import { isApiProblem } from '@/lib/client';

/** Why the budgets were not written, in words for who wanted it. */
export function toBudgetProblem(error: unknown): string {
  if (isApiProblem(error, 'config/changed')) {
    return 'Somebody changed the configuration meanwhile. What is shown has been read again: look, and try again.';
  }
  return toFormProblem(error, []).rest ?? 'What was sent is not valid.';
}
