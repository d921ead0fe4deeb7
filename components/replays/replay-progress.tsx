import type { ReplaySummary } from '@/lib/contracts';
import { describeProgress } from './replay-words';

/** How far a replay is, as a line that fills and in words. */
export function ReplayProgress({ replay }: { replay: Pick<ReplaySummary, 'status' | 'evaluated' | 'total'> }) {
  const { evaluated, total } = replay;
  const known = total !== null && total > 0;
  return (
    <div className="grid max-w-160 gap-1.5">
      <div
        role="progressbar"
        aria-label="Judged"
        aria-valuetext={describeProgress(replay)}
        {...(known ? { 'aria-valuemin': 0, 'aria-valuemax': total, 'aria-valuenow': evaluated } : {})}
        className="h-1.5 overflow-hidden rounded-full bg-sunk"
      >
        <div className="h-full rounded-full bg-act" style={{ width: known ? `${(evaluated / total) * 100}%` : '0%' }} />
      </div>
      <p className="text-12 text-ink-3">{describeProgress(replay)}</p>
    </div>
  );
}
