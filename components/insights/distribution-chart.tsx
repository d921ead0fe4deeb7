import type { TimeToApprove } from '@/lib/contracts';
import { ChartFigure } from './chart-figure';
import { DurationBars } from './duration-bars';
import { describeBound } from './durations';

const WEEK_SECONDS = 7 * 86_400;

/** How many approvals took how long. */
export function DistributionChart({ data }: { data: TimeToApprove }) {
  const { distribution, overall } = data;
  const slow = distribution.filter(({ up_to_seconds: bound }) => bound === null || bound > WEEK_SECONDS);
  const slowCount = slow.reduce((sum, { approved }) => sum + approved, 0);
  const total = `${overall.approved.toLocaleString('en-US')} ${overall.approved === 1 ? 'approval' : 'approvals'} by people`;
  return (
    <ChartFigure
      title="How long it takes"
      description={slowCount > 0 ? `${total}; red took more than a week` : total}
      empty={overall.approved === 0 ? 'Nobody has approved anything in this time.' : null}
      summary={`${total} by how long they took; ${slowCount.toLocaleString('en-US')} took more than a week.`}
      table={{
        head: ['Took', 'Approvals'],
        rows: distribution.map((bar) => [describeBound(bar.up_to_seconds), bar.approved.toLocaleString('en-US')]),
      }}
    >
      <DurationBars
        bars={distribution.map((bar) => ({ upTo: bar.up_to_seconds, count: bar.approved }))}
        noun="approvals"
        hotAfterSeconds={WEEK_SECONDS}
      />
    </ChartFigure>
  );
}
