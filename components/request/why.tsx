import { LevelGlyph } from '@/components/ui/level';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { PolicyDecision } from '@/lib/domain/policy';
import { Exceeded } from './exceeded';
import { reasonsOf } from './reasons';

const TITLES = {
  requires_approval: 'Why this needs a person',
  allow: 'Why policy allowed it',
  deny: 'Why policy refused it',
} as const satisfies Record<PolicyDecision, string>;

/** What policy says: the rules that asked for a person, each with its level. */
export function Why({ request }: { request: ApprovalRequestResource }) {
  const reasons = reasonsOf(request.policy);
  const levelled = reasons.some(({ level }) => level !== null);
  if (reasons.length === 0) return null;
  return (
    <Section tone="quiet" title={TITLES[request.policy.decision]}>
      <ul className="grid gap-2">
        {reasons.map(({ text, level, ruleId }) => (
          <li key={`${ruleId} ${text}`} className="flex flex-wrap items-baseline gap-x-2">
            {level === null ? (
              levelled && <span aria-hidden="true" className="w-4.75 shrink-0" />
            ) : (
              <LevelGlyph level={level} className={level >= request.required_level ? 'text-open' : 'text-ink-3'} />
            )}
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              <VisibleText text={text} />
            </span>
            {ruleId ? (
              <code className="font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">
                <VisibleText text={ruleId} />
              </code>
            ) : null}
          </li>
        ))}
      </ul>
      <Exceeded request={request} />
      {request.policy.policy_version ? (
        <p className="mt-2 text-12 text-ink-3">
          Policy <code className="font-mono">{request.policy.policy_version}</code>
        </p>
      ) : null}
    </Section>
  );
}
