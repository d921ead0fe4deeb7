import type { PolicySetBody, RuleBody } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { STEP_UP_WINDOW_MS } from '@/lib/domain/approval';
import { AppError } from '@/lib/domain/errors';
import { appendAudit, databaseNow, type Tx } from '@/lib/platform/db';
import { setName } from './set-name';

/** What decides for a whole tenant is changed by somebody who is there: a session must be fresh, a key has its scope. */
export function assertFreshSignIn({ via, authTime }: Actor, now: Date): void {
  if (via !== 'session') return;
  if (authTime === null || now.getTime() - authTime.getTime() > STEP_UP_WINDOW_MS)
    throw new AppError('auth/step-up-required');
}

/** Writes a version of the rules as a draft, and into the audit log that it was. */
export async function insertSet(
  tx: Tx,
  actor: Actor,
  version: bigint,
  body: Pick<PolicySetBody, 'default' | 'description' | 'rules'>,
): Promise<void> {
  const { tenantId } = actor;
  await tx.policySet.create({
    data: {
      tenantId,
      version,
      defaultEffect: body.default.effect,
      defaultLevel: body.default.level,
      description: body.description ?? null,
      createdBy: credentialId(actor),
      createdByName: actor.name,
      createdAt: await databaseNow(tx),
    },
  });
  await tx.policyRule.createMany({
    data: body.rules.map((rule, position) => toColumns(tenantId, version, rule, position)),
  });
  await recordSet(tx, actor, 'policy.set_created', version, { rules: body.rules.length });
}

/** Lets one version decide, and retires the one that did. */
export async function moveToActive(tx: Tx, actor: Actor, version: bigint, reason: string, now: Date): Promise<void> {
  const { tenantId } = actor;
  await retireActive(tx, tenantId, now);
  await tx.policySet.update({
    where: { tenantId_version: { tenantId, version } },
    data: {
      status: 'active',
      activatedAt: now,
      activatedBy: credentialId(actor),
      activatedByName: actor.name,
      activationReason: reason,
      retiredAt: null,
    },
  });
}

export async function retireActive(tx: Tx, tenantId: string, now: Date): Promise<void> {
  await tx.policySet.updateMany({
    where: { tenantId, status: 'active' },
    data: { status: 'retired', retiredAt: now },
  });
}

export function recordSet(
  tx: Tx,
  actor: Actor,
  action: string,
  version: bigint,
  data: Record<string, unknown>,
): Promise<void> {
  const targetId = setName(actor.tenantId, version);
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'policy_set', targetId, data });
}

function toColumns(tenantId: string, version: bigint, rule: RuleBody, position: number) {
  return {
    tenantId,
    version,
    position,
    ruleId: rule.rule_id,
    priority: rule.priority,
    policyType: rule.policy_type ?? null,
    condition: rule.when,
    effect: rule.effect,
    level: rule.level ?? null,
    minApprovals: rule.min_approvals ?? null,
    expiresInSeconds: rule.expires_in_seconds ?? null,
    reason: rule.reason,
    tags: rule.tags,
    examples: rule.examples,
  };
}

type RuleRow = NonNullable<Awaited<ReturnType<Tx['policyRule']['findFirst']>>>;

export function toRule(row: RuleRow): RuleBody {
  return {
    rule_id: row.ruleId,
    priority: row.priority,
    policy_type: row.policyType as RuleBody['policy_type'],
    when: row.condition,
    effect: row.effect as RuleBody['effect'],
    level: row.level,
    min_approvals: row.minApprovals,
    expires_in_seconds: row.expiresInSeconds,
    reason: row.reason,
    tags: row.tags,
    examples: row.examples as RuleBody['examples'],
  };
}
