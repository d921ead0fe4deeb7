'use client';

import { useQuery } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { BudgetResource } from '@/lib/contracts';
import { BudgetFormDialog } from './budgets-form';
import { budgetsQuery, type ReadBudgets } from './budgets-queries';
import { RetireBudgetDialog } from './budgets-retire-dialog';
import { type BudgetAct, BudgetsTable } from './budgets-table';

/** What is asked, and what was shown when it was. */
type Asked = ({ act: 'add'; budget: null } | { act: BudgetAct; budget: BudgetResource }) & { read: ReadBudgets };

/** How much may be approved, and how much of it is taken. */
export function BudgetsView() {
  const query = useQuery(budgetsQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const read = query.data;
  const close = () => setAsked(null);
  return (
    <div className="grid gap-6">
      <PageHeader
        title="Budgets"
        description="How much may be approved. Reserved is approved, and not reported as used yet."
        actions={
          <Button
            variant="act"
            icon={<PlusIcon className="size-4" aria-hidden="true" />}
            disabled={read === undefined}
            onClick={() => read && setAsked({ act: 'add', budget: null, read })}
          >
            Add budget
          </Button>
        }
      />
      <Loaded query={query} what="The budgets" loading={<SkeletonRows rows={4} label="Loading budgets" />}>
        {(data, stale) => (
          <>
            {stale}
            <BudgetsTable
              budgets={data.resource.budgets}
              onAsk={(act, budget) => setAsked({ act, budget, read: data })}
            />
            <BudgetFormDialog
              budget={asked?.act === 'change' ? asked.budget : null}
              open={asked?.act === 'add' || asked?.act === 'change'}
              read={asked?.read ?? data}
              onClose={close}
            />
            <RetireBudgetDialog
              budget={asked?.act === 'retire' ? asked.budget : null}
              read={asked?.read ?? data}
              onClose={close}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}
