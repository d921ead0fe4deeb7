import { Money } from '@/components/ui/money';
import { UsageBar } from '@/components/ui/usage-bar';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { exceededOf } from './exceeded-budgets';

/** The budgets that did not pay for a request, with what they held when it was denied. */
export function Exceeded({ request }: { request: ApprovalRequestResource }) {
  const budgets = exceededOf(request.policy);
  const currency = typeof request.payload.currency === 'string' ? request.payload.currency : null;
  if (budgets.length === 0) return null;
  return (
    <ul aria-label="Budgets that did not pay" className="mt-2.5 grid gap-2.5">
      {budgets.map(({ message, limit, spent, reserved, requested }) => (
        <li key={message} className="grid gap-1.5">
          <UsageBar limit={limit} spent={spent} reserved={reserved} />
          <p className="text-12 text-ink-3">
            Limit <Money cents={limit} currency={currency} />, spent <Money cents={spent} currency={currency} />,
            reserved <Money cents={reserved} currency={currency} />; this asked for{' '}
            <Money cents={requested} currency={currency} />
          </p>
        </li>
      ))}
    </ul>
  );
}
