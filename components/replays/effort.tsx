import { formatDuration } from '@/components/insights/durations';
import { LevelGlyph } from '@/components/ui/level';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ReplayReport } from '@/lib/contracts';
import { countOf, describeChange } from './replay-words';

type Effort = ReplayReport['effort'];

/** How many decisions each level would have to make, beside how many it had. */
export function DecisionsByLevel({ effort }: { effort: Effort }) {
  const rows = effort.levels.filter((row) => row.decisions_before > 0 || row.decisions_after > 0);
  return (
    <Section title="Decisions, by level" description="How many people’s decisions the requests of the period need">
      {rows.length === 0 ? (
        <p className="border-y py-3 text-13 text-ink-3">No request needs anybody’s decision, before or after.</p>
      ) : (
        <table className="w-full text-13">
          <caption className="sr-only">
            Decisions by level: as it was, with this version, and the measured median wait
          </caption>
          <thead>
            <tr className="text-12 text-ink-3">
              <th scope="col" className="py-1 text-left font-normal">
                Level
              </th>
              <Head>was</Head>
              <Head>would be</Head>
              <Head>change</Head>
              <Head>median wait</Head>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.level} className="border-t">
                <th scope="row" className="py-row text-left font-normal">
                  <LevelGlyph level={row.level} labelled className="mr-2 text-ink-2" />
                  <span className="sr-only">Level </span>
                  {row.level}
                </th>
                <Cell quiet>{row.decisions_before.toLocaleString('en-US')}</Cell>
                <Cell>{row.decisions_after.toLocaleString('en-US')}</Cell>
                <Cell quiet>{describeChange(row.decisions_before, row.decisions_after)}</Cell>
                <Cell quiet>{formatDuration(row.median_seconds)}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

/** Who would make them, if everybody went on as in the months before. */
export function DecisionsByPerson({ effort }: { effort: Effort }) {
  const { approvers, unassigned_before: before, unassigned_after: after, approvers_omitted: omitted } = effort;
  const most = Math.max(...approvers.map((each) => Math.max(each.decisions_before, each.decisions_after)), 1);
  return (
    <Section
      title="Who would carry them"
      description="By the share of each level’s decisions that they made in the 90 days before the end"
    >
      {approvers.length === 0 ? (
        <p className="border-y py-3 text-13 text-ink-3">Nobody has decided anything in these 90 days.</p>
      ) : (
        <table className="w-full text-13">
          <caption className="sr-only">Decisions by person: as it was, and with this version</caption>
          <thead>
            <tr className="text-12 text-ink-3">
              <th scope="col" className="py-1 text-left font-normal">
                Person
              </th>
              <th scope="col" className="w-2/5 py-1 font-normal">
                <span className="sr-only">Picture</span>
              </th>
              <Head>was</Head>
              <Head>would be</Head>
            </tr>
          </thead>
          <tbody>
            {approvers.map((each) => (
              <tr key={each.user_id} className="border-t">
                <th scope="row" className="py-row pr-2 text-left font-normal [overflow-wrap:anywhere]">
                  <VisibleText text={each.name} />
                </th>
                <td className="py-row">
                  <Bars before={each.decisions_before / most} after={each.decisions_after / most} />
                </td>
                <Cell quiet>{rounded(each.decisions_before)}</Cell>
                <Cell>{rounded(each.decisions_after)}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {omitted === 0 ? null : <p className="mt-2 text-12 text-ink-3">And {countOf(omitted, 'other')} with fewer.</p>}
      {before === 0 && after === 0 ? null : (
        <p className="mt-2 text-12 text-ink-3">
          {countOf(after, 'decision')} (it was {before.toLocaleString('en-US')}) at levels where nobody has decided in
          these 90 days: nobody can be named.
        </p>
      )}
    </Section>
  );
}

/** What was above, what would be below it. */
function Bars({ before, after }: { before: number; after: number }) {
  return (
    <span aria-hidden="true" className="grid gap-0.5">
      <span className="h-1.5 rounded-full bg-line-strong" style={{ width: widthOf(before) }} />
      <span className="h-1.5 rounded-full bg-act" style={{ width: widthOf(after) }} />
    </span>
  );
}

/** A little is seen, and nothing is not. */
function widthOf(share: number): string {
  return share === 0 ? '0' : `max(2px, ${share * 100}%)`;
}

function Head({ children }: { children: string }) {
  return (
    <th scope="col" className="py-1 pl-3 text-right font-normal">
      {children}
    </th>
  );
}

function Cell({ quiet = false, children }: { quiet?: boolean; children: string }) {
  return <td className={`whitespace-nowrap py-row pl-3 text-right ${quiet ? 'text-ink-2' : ''}`}>{children}</td>;
}

function rounded(decisions: number): string {
  return decisions.toLocaleString('en-US', { maximumFractionDigits: decisions < 10 ? 1 : 0 });
}
