'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { requestKeys } from '@/components/live/query-keys';
import { scopeTitle } from '@/components/settings/budgets-words';
import { Money } from '@/components/ui/money';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, BudgetDraw } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { drawWords, isShort, PERIOD_NAMES } from './draw-words';

/** Which budgets approving a request would draw from, or has drawn from. Nothing where none speaks for it. */
export function BudgetDraws({ request }: { request: ApprovalRequestResource }) {
  const { request_id: id, status, status_history, outcome } = request;
  const open = isOpen(status);
  const { data, isError } = useQuery({
    // The last event and the outcome are part of the question: when they change, what is drawn does. What is only foreseen has another event.
    queryKey: [...requestKeys.draws(id), status_history.at(-1)?.hash, outcome?.result],
    queryFn: ({ signal }) => api.getBudgetDraws({ params: { id }, signal }),
    enabled: open || status === 'approved',
    placeholderData: (before) => before,
  });
  if (!open && status !== 'approved') return null;
  if (isError && data === undefined) {
    return (
      <Section tone="quiet" title="Budgets">
        <p className="text-13 text-ink-3">They could not be read just now.</p>
      </Section>
    );
  }
  if (data === undefined || data.budgets.length === 0) return null;
  return (
    <Section tone="quiet" title={open ? 'What approving draws from' : 'What it drew from'}>
      <ul aria-label="Budgets" className="divide-y border-y text-13">
        {data.budgets.map((draw) => (
          <Draw key={draw.budget_id} draw={draw} request={request} />
        ))}
      </ul>
    </Section>
  );
}

function Draw({ draw, request }: { draw: BudgetDraw; request: ApprovalRequestResource }) {
  const currency = typeof request.payload.currency === 'string' ? request.payload.currency : null;
  const short = isShort(draw);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 py-1.5">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <VisibleText text={scopeTitle(draw)} />{' '}
        <span className="text-ink-3">
          {PERIOD_NAMES[draw.period]}, limit <Money cents={draw.limit_cents} currency={currency} />
        </span>
      </span>
      <span className={short ? 'font-medium text-no' : 'text-ink-2'}>{drawWords(draw, currency)}</span>
    </li>
  );
}
