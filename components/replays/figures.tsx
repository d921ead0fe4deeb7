import type { ReactNode } from 'react';
import { formatDuration, NOTHING } from '@/components/insights/durations';
import { cx } from '@/components/ui/class-names';
import type { ReplayReport } from '@/lib/contracts';
import { countOf, describeChange, shareOf } from './replay-words';

/** The four numbers that a report is opened for, between hairlines. */
export function Figures({ report }: { report: ReplayReport }) {
  const { evaluated, agreed, effort, wait } = report;
  const { waiting_hours_before: hoursBefore, waiting_hours_after: hoursAfter } = effort;
  return (
    <dl className="grid grid-cols-2 border-y wide:grid-cols-4">
      <Figure
        label="Answers that would differ"
        note={`${countOf(evaluated - agreed, 'answer')} of ${evaluated.toLocaleString('en-US')}`}
      >
        {shareOf(evaluated - agreed, evaluated) ?? NOTHING}
      </Figure>
      <Figure
        label="Decisions of people"
        note={`${describeChange(effort.decisions_before, effort.decisions_after)}; it was ${effort.decisions_before.toLocaleString('en-US')}`}
      >
        {effort.decisions_after.toLocaleString('en-US')}
      </Figure>
      <Figure
        label="Hours of waiting for them"
        note={
          hoursBefore === null || hoursAfter === null
            ? 'nobody has decided anything yet'
            : `${describeChange(hoursBefore, hoursAfter, 1)}; decisions × median wait`
        }
      >
        {hoursAfter === null ? NOTHING : hoursAfter.toLocaleString('en-US', { maximumFractionDigits: 1 })}
      </Figure>
      <Figure label="Median wait" note={`it was ${formatDuration(wait.before?.p50_seconds ?? null)}`}>
        {formatDuration(wait.after?.p50_seconds ?? null)}
      </Figure>
    </dl>
  );
}

function Figure({ label, note, children }: { label: string; note: ReactNode; children: ReactNode }) {
  return (
    <div
      className={cx(
        'grid content-start gap-0.5 py-3.5 pr-3',
        'max-wide:even:border-l max-wide:even:pl-4 max-wide:nth-[n+3]:border-t wide:not-first:border-l wide:not-first:pl-4.5',
      )}
    >
      <dt className="text-12 text-ink-3">{label}</dt>
      <dd className="text-28">{children}</dd>
      <dd className="min-h-4 text-12 text-ink-3">{note}</dd>
    </div>
  );
}
