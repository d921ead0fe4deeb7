import { EFFECT_OF, Effect } from '@/components/policies/effect';
import { Money } from '@/components/ui/money';
import { Section } from '@/components/ui/section';
import type { ReplayReport } from '@/lib/contracts';

/** What the requests whose answer would change would cost. */
export function SpendTable({ spend }: { spend: ReplayReport['spend'] }) {
  const rows = [
    { name: 'Newly allowed', decision: 'allow', ...spend.newly_allowed },
    { name: 'Newly waiting', decision: 'requires_approval', ...spend.newly_waiting },
    { name: 'Newly denied', decision: 'deny', ...spend.newly_denied },
  ] as const;
  return (
    <Section
      title="Spend"
      description="Of requests that would be decided otherwise; what was only asked spends nothing"
    >
      <table className="w-full text-13">
        <caption className="sr-only">Requests and spend by what they would become</caption>
        <thead>
          <tr className="text-12 text-ink-3">
            <th scope="col" className="py-1 text-left font-normal">
              Would be
            </th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">
              requests
            </th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">
              known cost
            </th>
            <th scope="col" className="py-1 pl-3 text-right font-normal">
              cost unknown
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className="border-t">
              <th scope="row" className="py-row text-left font-normal">
                <span className="sr-only">{row.name}</span>
                <span aria-hidden="true" className="inline-flex flex-wrap items-center gap-x-2">
                  <span className="text-ink-3">newly</span>
                  <Effect effect={EFFECT_OF[row.decision]} />
                </span>
              </th>
              <td className="py-row pl-3 text-right">{row.requests.toLocaleString('en-US')}</td>
              <td className="py-row pl-3 text-right">
                <Money cents={row.cost_cents} />
              </td>
              <td className="py-row pl-3 text-right text-ink-2">{row.unknown_costs.toLocaleString('en-US')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
