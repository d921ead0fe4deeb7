import { LevelGlyph } from '@/components/ui/level';
import { Section } from '@/components/ui/section';
import type { TimeToApprove } from '@/lib/contracts';
import { formatDuration } from './durations';

type Row = TimeToApprove['by_level'][number];

/** How long approvals took by the level that they need: a line from the median to the slowest twentieth, and both as numbers. */
export function WaitingByLevel({ rows }: { rows: readonly Row[] }) {
  const longest = Math.max(...rows.map(({ p95_seconds: p95 }) => p95 ?? 0), 1);
  return (
    <Section title="Waiting, by level" description="Time to approve, by the level a request needs">
      {rows.length === 0 ? (
        <p className="border-y py-3 text-13 text-ink-3">Nobody has approved anything in this time.</p>
      ) : (
        <table className="w-full text-13">
          <caption className="sr-only">Time to approve by level: approvals, median and 95th percentile</caption>
          <thead>
            <tr className="text-12 text-ink-3">
              <th scope="col" className="py-1 text-left font-normal">
                Level
              </th>
              <th scope="col" className="w-full py-1 font-normal">
                <span className="sr-only">Spread</span>
              </th>
              <th scope="col" className="py-1 pl-3 text-right font-normal">
                median
              </th>
              <th scope="col" className="py-1 pl-3 text-right font-normal">
                p95
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.level} className="border-t">
                <th scope="row" className="whitespace-nowrap py-row text-left font-normal">
                  <LevelGlyph level={row.level} labelled className="mr-2 text-ink-2" />
                  <span className="sr-only">Level </span>
                  {row.level}
                </th>
                <td className="py-row pl-3">
                  <Spread row={row} longest={longest} />
                  <span className="sr-only">{row.approved.toLocaleString('en-US')} approvals</span>
                </td>
                <td className="whitespace-nowrap py-row pl-3 text-right">{formatDuration(row.p50_seconds)}</td>
                <td className="whitespace-nowrap py-row pl-3 text-right text-ink-2">
                  {formatDuration(row.p95_seconds)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Spread({ row, longest }: { row: Row; longest: number }) {
  const percent = (seconds: number | null) => `${((seconds ?? 0) / longest) * 100}%`;
  return (
    <span aria-hidden="true" className="relative block h-2">
      <span
        className="absolute inset-y-0.75 left-0 rounded-full bg-act-soft"
        style={{ width: percent(row.p95_seconds) }}
      />
      <span className="absolute inset-y-0 w-0.5 rounded-full bg-act" style={{ left: percent(row.p50_seconds) }} />
    </span>
  );
}
