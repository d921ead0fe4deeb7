import { VisibleText } from '@/components/ui/visible-text';
import type { EvaluationResource } from '@/lib/contracts';
import { EFFECT_OF, Effect } from './effect';

interface AnswerProps {
  /** The version that answers; null where no rules do. */
  title: string | null;
  what: string;
  answer: EvaluationResource;
}

/** What policy answers: the decision, for whom it asks, why, and which rules matched or failed. */
export function Answer({ title, what, answer }: AnswerProps) {
  const { decision, approval_level_required: level, min_approvals: people } = answer;
  return (
    <section aria-label={title ?? what} className="min-w-0 border-t pt-2.5">
      <h3 className="flex flex-wrap items-baseline gap-x-2 text-12 text-ink-3">
        {title === null ? null : <span className="font-mono text-13 text-ink">{title}</span>}
        {what}
      </h3>
      <p className="mt-2.5 flex flex-wrap items-center gap-x-2 gap-y-1">
        <Effect effect={EFFECT_OF[decision]} level={level} />
        {level === null ? null : (
          <span className="text-13 text-ink-2">
            Level {level}, {people === 1 ? 'one person' : `${people} people`}
          </span>
        )}
      </p>
      <ul aria-label="Reasons" className="mt-2.5 grid gap-1 text-13 empty:hidden">
        {answer.reasons.map((reason) => (
          <li key={reason} className="[overflow-wrap:anywhere]">
            <VisibleText text={reason} />
          </li>
        ))}
      </ul>
      <dl className="mt-2.5 grid gap-1 text-12 text-ink-3">
        <div className="flex flex-wrap gap-x-2">
          <dt>Matched</dt>
          <dd className="min-w-0 font-mono text-ink-2 [overflow-wrap:anywhere]">
            {answer.matched_rules.length === 0 ? (
              <span className="font-sans text-ink-3">no rule</span>
            ) : (
              answer.matched_rules.map(({ rule_id: id }) => id).join(', ')
            )}
          </dd>
        </div>
        {answer.errors.map(({ rule_id: id, message }) => (
          <div key={`${id} ${message}`} className="flex flex-wrap gap-x-2 text-no">
            <dt>Failed</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">
              <code className="font-mono">{id}</code>: <VisibleText text={message} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
