'use client';

import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { formatMoney } from '@/components/ui/money-format';
import { Countdown } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { UsageBar } from '@/components/ui/usage-bar';
import { VisibleText } from '@/components/ui/visible-text';
import type { BudgetResource } from '@/lib/contracts';
import { leftWords, limitWords, scopeTitle } from './budgets-words';

/** What can be asked of a budget. */
export type BudgetAct = 'change' | 'retire';

interface BudgetsTableProps {
  budgets: readonly BudgetResource[];
  onAsk: (act: BudgetAct, budget: BudgetResource) => void;
}

/** Every budget with what its current period holds. */
export function BudgetsTable({ budgets, onAsk }: BudgetsTableProps) {
  return (
    <Table
      label="Budgets"
      columns={columnsFor(onAsk)}
      rows={budgets}
      rowKey={({ budget_id }) => budget_id}
      empty={
        <EmptyState title="Nothing is limited">
          A budget says how much may be approved for an agent, a skill or everything: for each request, in a day, or in
          a month. What is above it is denied, whatever the rules say.
        </EmptyState>
      }
    />
  );
}

function columnsFor(onAsk: BudgetsTableProps['onAsk']): Column<BudgetResource>[] {
  return [
    {
      key: 'scope',
      header: 'For',
      rowHeader: true,
      cell: (budget) => (
        <div className="grid gap-0.5">
          <VisibleText text={scopeTitle(budget)} />
          {budget.description === null ? null : (
            <span className="font-normal text-12 text-ink-3">
              <VisibleText text={budget.description} />
            </span>
          )}
        </div>
      ),
    },
    { key: 'limit', header: 'Limit', width: 'w-48', cell: (budget) => limitWords(budget) },
    { key: 'use', header: 'Current period', width: 'w-80', cell: (budget) => <Use budget={budget} /> },
    { key: 'resets', header: 'Begins anew', width: 'w-28', cell: ({ resets_at: at }) => <Resets at={at} /> },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-44',
      cell: (budget) => <Actions budget={budget} onAsk={onAsk} />,
    },
  ];
}

function Use({ budget }: { budget: BudgetResource }) {
  const { period, limit_cents: limit, spent_cents: spent, reserved_cents: reserved } = budget;
  if (period === 'request') return <span className="text-ink-3">Holds nothing</span>;
  return (
    <div className="grid gap-1.5 py-0.5">
      <UsageBar limit={limit} spent={spent} reserved={reserved} />
      <p className="flex flex-wrap justify-between gap-x-3 text-12 text-ink-3">
        <span>
          {formatMoney(spent)} spent, {formatMoney(reserved)} reserved
        </span>
        <span className={spent + reserved >= limit ? 'font-medium text-no' : 'text-ink'}>{leftWords(budget)}</span>
      </p>
    </div>
  );
}

function Resets({ at }: { at: string | null }) {
  if (at === null) return <span className="text-ink-3">Each time</span>;
  return (
    <span className="whitespace-nowrap">
      in <Countdown at={at} heated={false} />
    </span>
  );
}

function Actions({ budget, onAsk }: { budget: BudgetResource; onAsk: BudgetsTableProps['onAsk'] }) {
  const of = <span className="sr-only"> {`${scopeTitle(budget)}, ${limitWords(budget)}`}</span>;
  return (
    <span className="flex flex-wrap gap-1.5 rail:-my-1 rail:justify-end">
      <Button size="sm" onClick={() => onAsk('change', budget)}>
        Change{of}
      </Button>
      <Button size="sm" variant="plain" onClick={() => onAsk('retire', budget)}>
        Retire{of}
      </Button>
    </span>
  );
}
