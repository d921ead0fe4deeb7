import { Badge } from '@/components/ui/badge';
import { Checkbox } from '@/components/ui/checkbox';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { LintReport, PlannedTask } from '@/lib/contracts';
import { endOf, OUTCOMES } from './dags-words';

interface DagPlanProps {
  report: LintReport | null;
  rejected: readonly string[];
  onReject: (rejected: string[]) => void;
}

/** What a run would do, in order, and what if a checkpoint were rejected. */
export function DagPlan({ report, rejected, onReject }: DagPlanProps) {
  const plan = report?.plan ?? [];
  // A checkpoint that is skipped because another was rejected keeps its box, so that it can be taken back.
  const checkpoints = plan.filter(({ type }) => type === 'checkpoint').map(({ task_id }) => task_id);
  const offered = [...new Set([...checkpoints, ...rejected])];
  const toggle = (id: string, on: boolean) => onReject(on ? [...rejected, id] : rejected.filter((each) => each !== id));
  return (
    <Section
      title="Plan"
      description="What a run does, in order, where every task succeeds and every condition holds. Nothing is started."
    >
      <div className="grid gap-4">
        {offered.length === 0 ? null : (
          <fieldset className="grid gap-1.5 text-13">
            <legend className="mb-1.5 text-12 text-ink-3">What if it were rejected?</legend>
            {offered.map((id) => (
              <Checkbox
                key={id}
                label={<span className="font-mono">{id}</span>}
                checked={rejected.includes(id)}
                onCheckedChange={(on) => toggle(id, on)}
              />
            ))}
          </fieldset>
        )}
        {plan.length === 0 ? (
          <p className="text-13 text-ink-3">There is a plan as soon as nothing is wrong with the definition.</p>
        ) : (
          <>
            <ol aria-label="Plan" className="border-y text-13">
              {plan.map((step) => (
                <Step key={step.task_id} step={step} />
              ))}
            </ol>
            <p role="status" aria-label="End" className="text-13 text-ink-2">
              {report === null ? null : <VisibleText text={endOf(report)} />}
            </p>
          </>
        )}
      </div>
    </Section>
  );
}

function Step({ step: { task_id: id, workflow_ref: workflow, outcome, conditional } }: { step: PlannedTask }) {
  const { word, tone } = OUTCOMES[outcome];
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 py-row not-first:border-t">
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className={outcome === 'skipped' ? 'font-mono text-ink-3 line-through' : 'font-mono'}>{id}</span>
        <span className="text-12 text-ink-3">
          {' '}
          <VisibleText text={workflow ?? 'checkpoint'} />
          {conditional ? ', if its condition holds' : ''}
        </span>
      </span>
      <Badge tone={tone}>{word}</Badge>
    </li>
  );
}
