import type { PolicyType, RuleVerdict } from '@/lib/domain/policy';
import { judgeApart, type RuleInput } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';
import { setName } from './set-name';

export { judge } from '@/lib/platform/cel';

/**
 * What a set that does not decide says to questions, in a thread of its own: nobody has agreed to it yet, and whatever it does, what others
 * are waiting for goes on.
 * @throws AppError `policy-set/too-slow` when an answer takes longer than 100 ms; `service/unavailable` when too many wait already.
 */
export function judgeDraft(
  tenantId: string,
  set: RuleSet,
  questions: readonly { policyType: PolicyType; input: RuleInput }[],
): Promise<RuleVerdict[]> {
  return judgeApart(tenantId, { name: setName(tenantId, set.version), set }, questions);
}
