import { StatusShape } from '@/components/ui/status';
import { VisibleText } from '@/components/ui/visible-text';
import type { DagFault } from '@/lib/contracts';
import { placeOf } from './dags-words';
import type { DagLint } from './use-dag-lint';

/** What is wrong with a definition, or likely so, each with its place; or that nothing is. */
export function DagFindings({ lint: { report, isPending, problem } }: { lint: DagLint }) {
  const faults = report?.faults ?? [];
  const warnings = report?.warnings ?? [];
  return (
    <div role="status" aria-label="Faults" aria-busy={isPending} className="grid min-h-5 gap-1.5 text-13">
      {problem === null ? null : <p className="text-no">It could not be checked: {problem}</p>}
      {problem !== null || faults.length + warnings.length > 0 ? null : (
        <p className="text-12 text-ink-3">
          {isPending ? 'Being checked…' : report === null ? 'Nothing is written yet.' : 'Nothing is wrong with it.'}
        </p>
      )}
      {faults.length + warnings.length === 0 ? null : (
        <ul className="grid gap-1.5">
          {faults.map((fault) => (
            <Finding key={`${fault.pointer} ${fault.detail}`} kind="fault" found={fault} />
          ))}
          {warnings.map((warning) => (
            <Finding key={`${warning.pointer} ${warning.detail}`} kind="warning" found={warning} />
          ))}
        </ul>
      )}
    </div>
  );
}

const KINDS = {
  fault: { said: 'Fault', tone: 'text-no', sign: 'M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2' },
  warning: { said: 'Warning', tone: 'text-open', sign: 'M5 1.2v5M5 8.6v.2' },
} as const;

function Finding({ kind, found }: { kind: keyof typeof KINDS; found: DagFault }) {
  const { said, tone, sign } = KINDS[kind];
  return (
    <li className="flex items-baseline gap-x-2">
      <span className={tone}>
        <StatusShape>
          <path d={sign} />
        </StatusShape>
      </span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className={tone}>
          <span className="sr-only">{said}: </span>
          <VisibleText text={found.detail} />
        </span>{' '}
        <span className="text-12 text-ink-3">
          <VisibleText text={placeOf(found)} />
        </span>
      </span>
    </li>
  );
}
