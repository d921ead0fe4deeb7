import type { ReactNode } from 'react';
import { cx } from '@/components/ui/class-names';
import { RelativeTime } from '@/components/ui/relative-time';
import type { Backlog, TimeToApprove, Volume } from '@/lib/contracts';
import { compare } from './compare';
import { formatDuration, NOTHING, spellDuration } from './durations';
import { approvedShare, countAll, escalatedShare } from './outcomes';

export interface KpiStripProps {
  time: TimeToApprove;
  /** The time before, of the same length: what changes are measured against. */
  before: TimeToApprove;
  volume: Volume;
  backlog: Backlog;
}

/** The five numbers the page is opened for, between hairlines. */
export function KpiStrip({ time, before, volume, backlog }: KpiStripProps) {
  const approved = approvedShare(volume.total);
  const escalated = escalatedShare(volume.total);
  return (
    <dl className="grid grid-cols-2 border-y sm:grid-cols-3 wide:grid-cols-5">
      <Kpi
        label="Median time to approve"
        note={<Change now={time.overall.p50_seconds} before={before.overall.p50_seconds} />}
      >
        <Duration seconds={time.overall.p50_seconds} />
      </Kpi>
      <Kpi label="95th percentile" note={<Change now={time.overall.p95_seconds} before={before.overall.p95_seconds} />}>
        <Duration seconds={time.overall.p95_seconds} />
      </Kpi>
      <Kpi label="Approved" note={`of ${countEnded(volume.total).toLocaleString('en-US')} ended`}>
        {formatShare(approved)}
      </Kpi>
      <Kpi label="Escalated" note={`${volume.total.escalated.toLocaleString('en-US')} requests`}>
        {formatShare(escalated)}
      </Kpi>
      <Kpi label="Oldest open" note={`${backlog.open.toLocaleString('en-US')} open now`}>
        {backlog.oldest_created_at === null ? NOTHING : <RelativeTime at={backlog.oldest_created_at} />}
      </Kpi>
    </dl>
  );
}

function countEnded(total: Volume['total']): number {
  return countAll(total) - total.open;
}

function Kpi({ label, note, children }: { label: string; note: ReactNode; children: ReactNode }) {
  return (
    <div
      className={cx(
        'grid content-start gap-0.5 py-3.5 pr-3',
        'max-sm:odd:pr-3 max-sm:even:border-l max-sm:even:pl-4 max-sm:nth-[n+3]:border-t',
        'sm:max-wide:nth-[3n+2]:border-l sm:max-wide:nth-[3n+2]:pl-4 sm:max-wide:nth-[3n]:border-l sm:max-wide:nth-[3n]:pl-4 sm:max-wide:nth-[n+4]:border-t',
        'wide:not-first:border-l wide:not-first:pl-4.5',
      )}
    >
      <dt className="text-12 text-ink-3">{label}</dt>
      <dd className="text-28">{children}</dd>
      <dd className="min-h-4 text-12 text-ink-3">{note}</dd>
    </div>
  );
}

function Duration({ seconds }: { seconds: number | null }) {
  return (
    <span className="relative">
      <span aria-hidden="true">{formatDuration(seconds)}</span>
      <span className="sr-only">{spellDuration(seconds)}</span>
    </span>
  );
}

const TONES = { better: 'text-yes', worse: 'text-no', same: 'text-ink-3' } as const;

function Change({ now, before }: { now: number | null; before: number | null }) {
  const change = compare(now, before);
  return change === null ? null : <span className={TONES[change.tone]}>{change.words}</span>;
}

function formatShare(share: number | null): string {
  return share === null ? NOTHING : `${(share * 100).toFixed(1).replace(/\.0$/, '')}%`;
}
