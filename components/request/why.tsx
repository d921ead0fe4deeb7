import { LevelGlyph } from '@/components/ui/level';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { PolicyDecision } from '@/lib/domain/policy';

const TITLES = {
  requires_approval: 'Why this needs a person',
  allow: 'Why policy allowed it',
  deny: 'Why policy refused it',
} as const satisfies Record<PolicyDecision, string>;

interface Reason {
  text: string;
  level: number | null;
  ruleId: string | null;
}

/** Every matched rule with its level, then the reasons that no rule gives. */
function reasonsOf({ policy, required_level }: ApprovalRequestResource): Reason[] {
  const ruled = policy.matched_rules.map(({ reason, level, rule_id }) => ({ text: reason, level, ruleId: rule_id }));
  const named = new Set(ruled.map(({ text }) => text));
  const level = policy.decision === 'requires_approval' ? required_level : null;
  const others = policy.reasons.filter((text) => !named.has(text)).map((text) => ({ text, level, ruleId: null }));
  return [...ruled, ...others];
}

/** What policy says: the rules that asked for a person, each with its level. */
export function Why({ request }: { request: ApprovalRequestResource }) {
  const reasons = reasonsOf(request);
  if (reasons.length === 0) return null;
  return (
    <Section tone="quiet" title={TITLES[request.policy.decision]}>
      <ul className="grid gap-2">
        {reasons.map(({ text, level, ruleId }) => (
          <li key={`${ruleId} ${text}`} className="flex flex-wrap items-baseline gap-x-2">
            {level === null ? null : (
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
      {request.policy.policy_version ? (
        <p className="mt-2 text-12 text-ink-3">
          Policy <code className="font-mono">{request.policy.policy_version}</code>
        </p>
      ) : null}
    </Section>
  );
}
