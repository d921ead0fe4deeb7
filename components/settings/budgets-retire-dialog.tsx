'use client';

import { useQueryClient } from '@tanstack/react-query';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { BudgetResource } from '@/lib/contracts';
import { toBudgetProblem } from './budgets-problem';
import { type ReadBudgets, writeBudget } from './budgets-queries';
import { limitWords, scopeTitle } from './budgets-words';
import { budgetsKey } from './settings-query-keys';

interface RetireBudgetProps {
  /** Which budget it is about; closed while null. */
  budget: BudgetResource | null;
  /** What was read when it was asked. */
  read: ReadBudgets;
  onClose: () => void;
}

/** Asks before a budget stops limiting anything. */
export function RetireBudgetDialog({ budget, read, onClose }: RetireBudgetProps) {
  const queries = useQueryClient();
  const retire = async () => {
    if (budget === null) return;
    try {
      queries.setQueryData(budgetsKey, await writeBudget(queries, read, budget, null));
    } catch (error) {
      await queries.invalidateQueries({ queryKey: budgetsKey });
      throw new Error(toBudgetProblem(error, budget), { cause: error });
    }
    toast.success(<VisibleText text={`The budget for ${scopeTitle(budget)} is retired`} />);
  };
  return (
    <ConfirmDialog
      title={<VisibleText text={`Retire the budget for ${budget === null ? '' : scopeTitle(budget)}?`} />}
      description={`${budget === null ? 'It' : limitWords(budget)} is no limit from then on. What was spent is kept: setting the same budget again goes on where it was.`}
      confirmLabel="Retire"
      open={budget !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={retire}
    />
  );
}
