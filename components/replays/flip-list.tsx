import Link from 'next/link';
import { Money } from '@/components/ui/money';
import { Moment } from '@/components/ui/relative-time';
import { Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { Flip, FlipExample } from '@/lib/contracts';
import { countOf, describeFlip, hueOf, shareOf } from './replay-words';
import { FlipMark } from './standing';

interface FlipListProps {
  flips: readonly Flip[];
  /** Evaluations in kinds that are not listed. */
  omitted: number;
  /** What the shares are of. */
  evaluated: number;
}

/** Every kind of difference as a bar with its number, in the hue of the answer it would be; its examples open below it. */
export function FlipList({ flips, omitted, evaluated }: FlipListProps) {
  const most = Math.max(...flips.map(({ count }) => count), 1);
  return (
    <>
      <ol aria-label="Differences" className="border-y">
        {flips.map((flip) => (
          <li key={describeFlip(flip)} aria-label={describeFlip(flip)} className="border-t py-2.5 first:border-0">
            <FlipRow flip={flip} most={most} evaluated={evaluated} />
          </li>
        ))}
      </ol>
      {omitted === 0 ? null : (
        <p className="mt-2 text-12 text-ink-3">And {countOf(omitted, 'answer')} in rarer kinds of difference.</p>
      )}
    </>
  );
}

function FlipRow({ flip, most, evaluated }: { flip: Flip; most: number; evaluated: number }) {
  const { count, requests, examples } = flip;
  return (
    <div className="grid items-center gap-x-4 gap-y-1.5 sm:grid-cols-[19rem_minmax(0,1fr)]">
      <FlipMark flip={flip} />
      <div className="flex items-center gap-2.5">
        <span
          aria-hidden="true"
          className="h-3.5 min-w-0.5 rounded-mark opacity-80"
          style={{ width: `${(count / most) * 70}%`, background: hueOf(flip.to) }}
        />
        <span className="whitespace-nowrap text-13">
          <b className="font-medium">{count.toLocaleString('en-US')}</b>
          <span className="text-12 text-ink-3"> · {shareOf(count, evaluated)}</span>
        </span>
      </div>
      <details className="text-12 sm:col-span-full">
        <summary className="w-fit rounded-mark text-ink-3 hover:text-ink">
          {countOf(examples.length, 'example')}
          <span className="sr-only"> of “{describeFlip(flip)}”</span>
          {requests === 0 ? ', none led to a request' : `, ${countOf(requests, 'request')} among all`}
        </summary>
        <Table
          label={`Examples of “${describeFlip(flip)}”`}
          columns={COLUMNS}
          rows={examples}
          rowKey={(example) => example.evaluation_id}
          className="mt-2"
        />
      </details>
    </div>
  );
}

const COLUMNS = [
  {
    key: 'what',
    header: 'Asked',
    rowHeader: true,
    cell: (example: FlipExample) => (
      <span className="[overflow-wrap:anywhere]">
        <VisibleText text={example.skill_id} />
        {example.agent_id === null ? null : (
          <span className="text-ink-3">
            {' by '}
            <VisibleText text={example.agent_id} />
          </span>
        )}
      </span>
    ),
  },
  { key: 'when', header: 'When', cell: (example: FlipExample) => <Moment at={example.at} /> },
  {
    key: 'cost',
    header: 'Cost',
    align: 'end' as const,
    cell: (example: FlipExample) => <Money cents={example.cost_cents} />,
  },
  {
    key: 'why',
    header: 'Why it would differ',
    cell: (example: FlipExample) => (
      <span className="text-ink-2 [overflow-wrap:anywhere]">
        <VisibleText text={example.reasons.join('; ')} />
      </span>
    ),
  },
  {
    key: 'request',
    header: 'Request',
    cell: (example: FlipExample) =>
      example.request_id === null ? (
        <span className="text-ink-3">only asked</span>
      ) : (
        <Link href={`/requests/${example.request_id}`} className="rounded-mark text-act hover:underline">
          Open<span className="sr-only"> {example.request_id}</span>
        </Link>
      ),
  },
];
