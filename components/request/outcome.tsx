import { Money } from '@/components/ui/money';
import { Moment } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/ui/visible-text';
import type { OutcomeResource } from '@/lib/contracts';
import type { OutcomeResult } from '@/lib/domain/policy';

const WORDS = {
  used: 'Used',
  failed: 'Failed',
  rolled_back: 'Rolled back',
} as const satisfies Record<OutcomeResult, string>;

/** What became of what was approved, what it really cost, and who says so. */
export function Outcome({ outcome, currency }: { outcome: OutcomeResource; currency: string | null }) {
  const { result, actual_cost_cents: actual, estimated_cost_cents: estimate } = outcome;
  return (
    <>
      {WORDS[result]}
      {actual === null ? null : (
        <>
          {', cost '}
          <Money cents={actual} currency={currency} />
        </>
      )}
      <span className="text-ink-3">
        {actual !== null && estimate !== null && actual !== estimate ? (
          <>
            {' instead of '}
            <Money cents={estimate} currency={currency} />
          </>
        ) : null}
        {' · reported by '}
        <VisibleText text={outcome.reported_by_name} /> <Moment at={outcome.at} />
      </span>
    </>
  );
}
