import type { ReactNode } from 'react';
import { Badge } from '@/components/ui/badge';
import { CostBand } from '@/components/ui/cost-band';
import { VisibleText } from '@/components/ui/visible-text';
import type { EvaluationResource } from '@/lib/contracts';
import { EFFECT_OF, Effect } from './effect';
import type { Aspect } from './playground/differences';

interface AnswerProps {
  /** The version that answers; null where no rules do. */
  title: string | null;
  what: string;
  answer: EvaluationResource;
  /** In what it differs from the answer that it stands beside. */
  differs?: ReadonlySet<Aspect>;
  /** What can be done with it, beside its title. */
  action?: ReactNode;
}

const NOWHERE: ReadonlySet<Aspect> = new Set();

/** What policy answers: the decision, for whom it asks, why, at what cost, and which rules matched or failed. */
export function Answer({ title, what, answer, differs = NOWHERE, action }: AnswerProps) {
  const { decision, approval_level_required: level, min_approvals: people } = answer;
  return (
    <section aria-label={title ?? what} className="min-w-0 border-t pt-2.5">
      <AnswerTitle title={title} what={what} action={action} />
      <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1">
        <Effect effect={EFFECT_OF[decision]} level={level} />
        {level === null ? null : (
          <span className="text-13 text-ink-2">
            Level {level}, {people === 1 ? 'one person' : `${people} people`}
          </span>
        )}
        {differs.has('decision') || differs.has('people') ? <Differs what="the decision" /> : null}
      </p>
      <ul aria-label="Reasons" className="mt-2.5 grid gap-1 text-13 empty:hidden">
        {answer.reasons.map((reason) => (
          <li key={reason} className="[overflow-wrap:anywhere]">
            <VisibleText text={reason} />
          </li>
        ))}
      </ul>
      {differs.has('reasons') ? <Differs what="the reasons" /> : null}
      <Facts answer={answer} differs={differs} />
    </section>
  );
}

/** Whose answer it is. */
export function AnswerTitle({ title, what, action }: Pick<AnswerProps, 'title' | 'what' | 'action'>) {
  return (
    <div className="flex min-h-7 items-start justify-between gap-2">
      <h3 className="flex min-w-0 flex-wrap items-baseline gap-x-2 pt-1 text-12 text-ink-3 [overflow-wrap:anywhere]">
        {title === null ? null : <span className="font-mono text-13 text-ink">{title}</span>}
        {what}
      </h3>
      {action}
    </div>
  );
}

function Facts({ answer, differs }: { answer: EvaluationResource; differs: ReadonlySet<Aspect> }) {
  return (
    <dl className="mt-2.5 grid gap-1.5 text-12 text-ink-3">
      <div className="grid gap-0.5">
        <dt>Matched {differs.has('rules') ? <Differs what="the rules" /> : null}</dt>
        {answer.matched_rules.length === 0 ? <dd>no rule</dd> : null}
        {answer.matched_rules.map((rule) => (
          <dd key={rule.rule_id} className="min-w-0 [overflow-wrap:anywhere]">
            <code className="font-mono text-ink-2">{rule.rule_id}</code> · {rule.effect.replace('_', ' ')}
            {rule.level === null ? null : ` at level ${rule.level}`}: <VisibleText text={rule.reason} />
          </dd>
        ))}
      </div>
      {answer.violations.map(({ type, message }) => (
        <div key={`${type} ${message}`} className="flex flex-wrap gap-x-2 text-no">
          <dt>Against it</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <VisibleText text={message} /> {differs.has('violations') ? <Differs what="what is against it" /> : null}
          </dd>
        </div>
      ))}
      {answer.errors.map(({ rule_id: id, message }) => (
        <div key={`${id} ${message}`} className="flex flex-wrap gap-x-2 text-no">
          <dt>Failed</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <code className="font-mono">{id}</code>: <VisibleText text={message} />{' '}
            {differs.has('errors') ? <Differs what="what failed" /> : null}
          </dd>
        </div>
      ))}
      <div className="flex flex-wrap gap-x-2">
        <dt>Cost</dt>
        <dd className="min-w-0 text-ink-2">
          {answer.cost === null ? 'not known' : <CostBand cents={answer.cost.p50_cents} band={answer.cost} />}
          {answer.cost?.model_version === null ? <span className="text-ink-3"> · said by the payload</span> : null}{' '}
          {differs.has('cost') ? <Differs what="the cost" /> : null}
        </dd>
      </div>
    </dl>
  );
}

/** Marks a part that is not as it is beside it. */
function Differs({ what }: { what: string }) {
  return (
    <Badge tone="esc">
      differs
      <span className="sr-only"> from what decides now in {what}</span>
    </Badge>
  );
}
