import { ChartFigure } from '@/components/insights/chart-figure';
import { formatDuration, spellDuration } from '@/components/insights/durations';
import { cx } from '@/components/ui/class-names';
import type { ReplayReport } from '@/lib/contracts';

type Wait = ReplayReport['wait'];

/** How long requests wait as it was, and as it would be: the median as a line, the band up to the slowest tenth, both with their numbers. */
export function WaitBands({ wait }: { wait: Wait }) {
  const rows = [
    { name: 'As it was', value: wait.before, isNew: false },
    { name: 'With this version', value: wait.after, isNew: true },
  ];
  // Where nobody waits at all there is still something to divide by.
  const longest = Math.max(...rows.map(({ value }) => value?.p90_seconds ?? 0), Number.EPSILON);
  const measured = wait.measured_requests.toLocaleString('en-US');
  return (
    <ChartFigure
      title="How long requests wait"
      description={`Median, and the band up to the slowest tenth; from ${measured} decided requests of the 90 days before the end`}
      empty={emptyWords(wait)}
      summary={rows.map(({ name, value }) => `${name}: ${spell(value)}.`).join(' ')}
      table={{
        head: ['', 'Median', '90th percentile'],
        rows: rows.map(({ name, value }) => [
          name,
          formatDuration(value?.p50_seconds ?? null),
          formatDuration(value?.p90_seconds ?? null),
        ]),
      }}
    >
      <div className="grid gap-3 border-y py-3">
        {rows.map(({ name, value, isNew }) => (
          <div key={name} className="grid items-center gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)]">
            <span className={cx('text-13', isNew ? 'font-medium' : 'text-ink-2')}>{name}</span>
            {value === null ? (
              <span className="text-13 text-ink-3">Nothing waits</span>
            ) : (
              <Band value={value} longest={longest} isNew={isNew} />
            )}
          </div>
        ))}
      </div>
    </ChartFigure>
  );
}

function Band({ value, longest, isNew }: { value: NonNullable<Wait['before']>; longest: number; isNew: boolean }) {
  const percent = (seconds: number) => `${(seconds / longest) * 100}%`;
  return (
    <span className="grid gap-1">
      <span className="relative block h-4">
        <span
          className={cx('absolute inset-y-1 left-0 min-w-0.5 rounded-full', isNew ? 'bg-act-soft' : 'bg-line')}
          style={{ width: percent(value.p90_seconds) }}
        />
        <span
          className={cx('absolute inset-y-0 w-0.5 rounded-full', isNew ? 'bg-act' : 'bg-ink-3')}
          style={{ left: `min(${percent(value.p50_seconds)}, 100% - 2px)` }}
        />
      </span>
      <span className="text-12 text-ink-3">
        <b className={cx('font-medium', isNew ? 'text-act' : 'text-ink-2')}>{formatDuration(value.p50_seconds)}</b>{' '}
        median
        {' · '}
        {formatDuration(value.p90_seconds)} p90
      </span>
    </span>
  );
}

function emptyWords({ before, after, measured_requests: measured }: Wait): string | null {
  if (measured === 0) return 'Nobody has decided anything in the 90 days before the end, so nothing can be predicted.';
  return before === null && after === null ? 'Nothing waits for people, before or after.' : null;
}

function spell(value: Wait['before']): string {
  if (value === null) return 'nothing waits';
  return `the median is ${spellDuration(value.p50_seconds)}, and nine in ten wait at most ${spellDuration(value.p90_seconds)}`;
}
