import { StatusShape } from '@/components/ui/status';
import { VisibleText } from '@/components/ui/visible-text';
import type { DagFault } from '@/lib/contracts';
import { placeOf } from './dags-words';
import type { DagLint } from './use-dag-lint';

/** What is wrong with a definition, each fault with its place; or that nothing is. */
export function DagFindings({ lint: { report, isPending, problem } }: { lint: DagLint }) {
  const faults = report?.faults ?? [];
  return (
    <div role="status" aria-label="Faults" aria-busy={isPending} className="grid min-h-5 gap-1.5 text-13">
      {problem === null ? null : <p className="text-no">It could not be checked: {problem}</p>}
      {problem !== null || faults.length > 0 ? null : (
        <p className="text-12 text-ink-3">
          {isPending ? 'Being checked…' : report === null ? 'Nothing is written yet.' : 'Nothing is wrong with it.'}
        </p>
      )}
      {faults.length === 0 ? null : (
        <ul className="grid gap-1.5">
          {faults.map((fault) => (
            <Fault key={`${fault.pointer} ${fault.detail}`} fault={fault} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Fault({ fault }: { fault: DagFault }) {
  return (
    <li className="flex items-baseline gap-x-2">
      <span className="text-no">
        <StatusShape>
          <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" />
        </StatusShape>
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="text-no">
          <span className="sr-only">Fault: </span>
          <VisibleText text={fault.detail} />
        </span>{' '}
        <span className="text-12 text-ink-3">
          <VisibleText text={placeOf(fault)} />
        </span>
      </span>
    </li>
  );
}
