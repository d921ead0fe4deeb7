import { ArrowRightIcon } from 'lucide-react';
import { EFFECT_OF, Effect } from '@/components/policies/effect';
import type { Flip, StandingResource } from '@/lib/contracts';

/** An answer as a mark: its effect, the level it asks for, and how many people. */
export function Standing({ standing }: { standing: StandingResource }) {
  const { decision, approval_level_required: level, min_approvals: people } = standing;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Effect effect={EFFECT_OF[decision]} level={level} />
      {people !== null && people > 1 ? (
        <span className="text-12 text-ink-3">
          <span aria-hidden="true">×{people}</span>
          <span className="sr-only">, {people} people</span>
        </span>
      ) : null}
    </span>
  );
}

/** From what was answered to what would be. */
export function FlipMark({ flip: { from, to } }: { flip: Pick<Flip, 'from' | 'to'> }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Standing standing={from} />
      <ArrowRightIcon className="size-3.5 text-ink-3" aria-hidden="true" />
      <span className="sr-only">becomes</span>
      <Standing standing={to} />
    </span>
  );
}
