import { LevelGlyph } from '@/components/ui/level';
import { RelativeTime } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import type { Backlog } from '@/lib/contracts';
import { ChartFigure } from './chart-figure';
import { DurationBars } from './duration-bars';
import { describeBound } from './durations';

/** What is open now, by how long it has been waiting. */
export function BacklogAges({ backlog }: { backlog: Backlog }) {
  const { open, escalated, ages } = backlog;
  const some = escalated === 0 ? '' : `, ${escalated.toLocaleString('en-US')} of them escalated`;
  return (
    <ChartFigure
      title="Waiting now"
      description={open === 0 ? 'Open requests by age' : `${count(open, 'open request')} by age${some}`}
      empty={open === 0 ? 'Nothing is open.' : null}
      summary={`${count(open, 'open request')}${some}.`}
      table={{
        head: ['Age', 'Open'],
        rows: ages.map((age) => [describeBound(age.up_to_seconds), age.open.toLocaleString('en-US')]),
      }}
    >
      <DurationBars
        bars={ages.map((age) => ({ upTo: age.up_to_seconds, count: age.open }))}
        noun="open"
        hue="var(--open)"
        opacity={0.72}
      />
    </ChartFigure>
  );
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** Whom the open requests wait for, and since when. */
export function BacklogByLevel({ backlog }: { backlog: Backlog }) {
  return (
    <Section title="Whom it waits for" description="Open requests, by the level they need">
      {backlog.by_level.length === 0 ? (
        <p className="border-y py-3 text-13 text-ink-3">Nobody is waited for.</p>
      ) : (
        <table className="w-full text-13">
          <caption className="sr-only">Open requests by level, and how long the oldest has been waiting</caption>
          <thead>
            <tr className="text-12 text-ink-3">
              <th scope="col" className="py-1 text-left font-normal">
                Level
              </th>
              <th scope="col" className="py-1 text-right font-normal">
                open
              </th>
              <th scope="col" className="py-1 pl-3 text-right font-normal">
                oldest
              </th>
            </tr>
          </thead>
          <tbody>
            {backlog.by_level.map((row) => (
              <tr key={row.level} className="border-t">
                <th scope="row" className="py-row text-left font-normal">
                  <LevelGlyph level={row.level} labelled className="mr-2 text-ink-2" />
                  <span className="sr-only">Level </span>
                  {row.level}
                </th>
                <td className="py-row text-right">{row.open.toLocaleString('en-US')}</td>
                <td className="py-row pl-3 text-right text-ink-2">
                  <RelativeTime at={row.oldest_created_at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
