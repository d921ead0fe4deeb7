import { z } from 'zod';
import type { PageQuery, PolicySetBody, PolicySetResource, PolicySetSummary, RuleBody } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { appendAudit, databaseNow, inTenant, lockPeople, rememberIdempotency, type Tx } from '@/lib/platform/db';
import { decodeCursor, encodeCursor } from '@/lib/services/paging';
import { assertSoundRules, findWarnings, rememberWarnings } from './rule-check';
import { readSetName, setName } from './set-name';

export type SetRow = Awaited<ReturnType<typeof findSet>>;

/** The place behind a version: versions are numbers, as texts. */
const Position = z.string().regex(/^[1-9]\d{0,17}$/);

/** A page of the versions of the tenant's rules, newest first, without the rules themselves. */
export async function listPolicySets(
  actor: Actor,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: PolicySetSummary[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, cursor);
  return inTenant(actor, async (tx) => {
    const sets = await tx.policySet.findMany({
      where: { tenantId: actor.tenantId, ...(position === null ? {} : { version: { lt: BigInt(position) } }) },
      include: { _count: { select: { rules: true } } },
      orderBy: { version: 'desc' },
      take: limit + 1,
    });
    const page = sets.slice(0, limit);
    const last = page.at(-1);
    return {
      data: page.map((set) => toSummary(set, set._count.rules)),
      next_cursor: sets.length > limit && last !== undefined ? encodeCursor(String(last.version)) : null,
    };
  });
}

/**
 * One version of the tenant's rules, as they were written.
 * @throws AppError `policy-set/not-found`.
 */
export async function getPolicySet(actor: Actor, name: string): Promise<PolicySetResource> {
  return toResource(await inTenant(actor, (tx) => findSet(tx, actor, name)));
}

/**
 * Writes a new version, as a draft. Its number is the configuration's, which rises with it.
 * @throws AppError `input/invalid` with every fault of every rule; `access/forbidden` when the credential has ended.
 */
export async function createPolicySet(actor: Actor, body: PolicySetBody, call: Call): Promise<PolicySetResource> {
  const warnings = await assertSoundRules(body);
  const set = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const version = await raiseConfigVersion(tx, actor.tenantId);
    await insertSet(tx, actor, version, body);
    await rememberIdempotency(tx, actor, call, setName(actor.tenantId, version));
    return findSet(tx, actor, String(version));
  });
  rememberWarnings(setName(actor.tenantId, set.version), warnings);
  return toResource(set);
}

/** Writes a version of the rules, as a draft, and into the audit log who did. The rules have been checked. */
export async function insertSet(
  tx: Tx,
  actor: Actor,
  version: bigint,
  body: Omit<PolicySetBody, 'tenant_id'>,
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
  await insertRules(tx, tenantId, version, body.rules);
  await record(tx, actor, 'policy.set_created', version, { rules: body.rules.length });
}

/**
 * A version with its rules, as the database has it.
 * @throws AppError `policy-set/not-found`.
 */
export async function findSet(tx: Tx, actor: Actor, name: string) {
  const version = readSetName(actor.tenantId, name);
  const set =
    version === null
      ? null
      : await tx.policySet.findUnique({
          where: { tenantId_version: { tenantId: actor.tenantId, version } },
          include: { rules: { orderBy: { position: 'asc' } } },
        });
  if (set === null) throw new AppError('policy-set/not-found');
  return set;
}

/** Raises the version of the tenant's configuration, and with it holds everybody else who changes it until the transaction ends. */
export async function raiseConfigVersion(tx: Tx, tenantId: string): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ version: bigint }[]>`
    UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${tenantId} RETURNING config_version AS version`;
  if (row === undefined) throw new AppError('tenant/not-found');
  return row.version;
}

/** Writes down what was done to a version. */
export function record(
  tx: Tx,
  actor: Actor,
  action: string,
  version: bigint,
  data: Record<string, unknown>,
): Promise<void> {
  const targetId = setName(actor.tenantId, version);
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'policy_set', targetId, data });
}

/** As one value: a thousand rows that the query compiler is told one by one hold the process for 200 ms. */
async function insertRules(tx: Tx, tenantId: string, version: bigint, rules: readonly RuleBody[]): Promise<void> {
  const rows = JSON.stringify(rules.map((rule, position) => ({ ...rule, position })));
  await tx.$executeRaw`
    INSERT INTO policy_rules (tenant_id, version, position, rule_id, priority, policy_type, condition, effect, level, min_approvals,
      expires_in_seconds, reason, tags, examples)
    SELECT ${tenantId}, ${version}::bigint, r.position, r.rule_id, r.priority, r.policy_type, r."when", r.effect, r.level,
      r.min_approvals, r.expires_in_seconds, r.reason, r.tags, r.examples
    FROM jsonb_to_recordset(${rows}::jsonb) AS r (position int, rule_id text, priority int, policy_type text, "when" text, effect text,
      level smallint, min_approvals smallint, expires_in_seconds int, reason text, tags text[], examples jsonb)`;
}

/** A rule, as it was written. */
export function toRule(row: SetRow['rules'][number]): RuleBody {
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

/** A version as every endpoint returns it. Outside of the transaction, since the warnings may have to be found in a thread first. */
export async function toResource(set: SetRow): Promise<PolicySetResource> {
  const rules = set.rules.map(toRule);
  const summary = toSummary(set, rules.length);
  return { ...summary, rules, warnings: await findWarnings(summary.version, rules, set.tenantId) };
}

function toSummary(set: Omit<SetRow, 'rules'>, ruleCount: number): PolicySetSummary {
  return {
    version: setName(set.tenantId, set.version),
    tenant_id: set.tenantId,
    status: set.status as PolicySetSummary['status'],
    description: set.description,
    default: { effect: set.defaultEffect as PolicySetSummary['default']['effect'], level: set.defaultLevel },
    rule_count: ruleCount,
    created_at: set.createdAt.toISOString(),
    created_by: set.createdBy,
    created_by_name: set.createdByName,
    activated_at: set.activatedAt?.toISOString() ?? null,
    activated_by: set.activatedBy,
    activated_by_name: set.activatedByName,
    activation_reason: set.activationReason,
    retired_at: set.retiredAt?.toISOString() ?? null,
    shadow:
      set.shadowSince === null
        ? null
        : {
            since: set.shadowSince.toISOString(),
            by: set.shadowBy ?? '',
            by_name: set.shadowByName ?? '',
            reason: set.shadowReason ?? '',
          },
  };
}
