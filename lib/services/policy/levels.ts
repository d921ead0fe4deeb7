import type { LevelRow, LevelsResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { appendAudit, inTenant, lockPeople, type Tx } from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';
import { assertUnchanged, entityTagOf } from './entity-tag';

export interface VersionedLevels {
  resource: LevelsResource;
  /** Of the rows: no other change of the configuration is one of these. */
  etag: string;
}

/** The approval level configuration of the actor's tenant. */
export function getLevels(actor: Actor): Promise<VersionedLevels> {
  return inTenant(actor, (tx) => readVersioned(tx, actor.tenantId));
}

/**
 * Replaces the approval level configuration, if nobody changed it since `call.ifMatch` was read.
 * @throws AppError `config/changed` (412), `input/invalid` when two rows have the same scope, `access/forbidden` when the credential has
 * ended, `tenant/not-found`.
 */
export async function putLevels(actor: Actor, levels: readonly LevelRow[], call: Call): Promise<VersionedLevels> {
  assertDistinctScopes(levels);
  const versioned = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    assertUnchanged(call, (await readVersioned(tx, actor.tenantId)).etag);
    await replaceLevels(tx, actor, levels);
    await tx.$executeRaw`UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${actor.tenantId}`;
    return readVersioned(tx, actor.tenantId);
  });
  forgetTenantConfig(actor.tenantId);
  return versioned;
}

/** The rows, as they were written. */
export async function readLevelRows(tx: Tx, tenantId: string): Promise<LevelRow[]> {
  const rows = await tx.approvalLevel.findMany({ where: { tenantId }, orderBy: { levelId: 'asc' } });
  return rows.map((row) => ({
    policy_type: row.policyType as LevelRow['policy_type'],
    agent_id: row.agentId,
    skill_id: row.skillId,
    level: row.level,
    min_approvals: row.minApprovals,
    auto_approve_max_cost_cents: row.autoApproveMaxCostCents === null ? null : Number(row.autoApproveMaxCostCents),
    auto_approve_max_tokens: row.autoApproveMaxTokens === null ? null : Number(row.autoApproveMaxTokens),
    escalate_after_seconds: row.escalateAfterSeconds,
    escalate_to: row.escalateTo,
    escalate_level: row.escalateLevel,
    escalate_then: row.escalateThen as LevelRow['escalate_then'],
    expires_in_seconds: row.expiresInSeconds,
    min_reject_level: row.minRejectLevel,
  }));
}

/** Writes these rows in place of what is there, and into the audit log that it did. Whoever calls it holds the tenant's row and raises its version. */
export async function replaceLevels(tx: Tx, actor: Actor, levels: readonly LevelRow[]): Promise<void> {
  const { tenantId } = actor;
  const { count: before } = await tx.approvalLevel.deleteMany({ where: { tenantId } });
  await insertLevels(tx, tenantId, levels);
  await appendAudit(tx, actor, tenantId, {
    action: 'policy.levels_replaced',
    targetKind: 'tenant',
    targetId: tenantId,
    data: { rows_before: before, rows: levels.length, levels },
  });
}

async function readVersioned(tx: Tx, tenantId: string): Promise<VersionedLevels> {
  const levels = await readLevelRows(tx, tenantId);
  return { resource: { tenant_id: tenantId, levels }, etag: entityTagOf(levels) };
}

/** Whom a row speaks for: no two rows speak for the same. */
export function scopeOf(row: Pick<Partial<LevelRow>, 'policy_type' | 'agent_id' | 'skill_id'>): string {
  const scope = [row.skill_id, row.agent_id, row.policy_type].filter((part) => part != null);
  return scope.length === 0
    ? 'everything'
    : JSON.stringify([row.policy_type ?? null, row.agent_id ?? null, row.skill_id ?? null]);
}

/** @throws AppError `input/invalid` when two rows speak for the same. */
export function assertDistinctScopes(levels: readonly LevelRow[]): void {
  const seen = new Map<string, number>();
  for (const [index, row] of levels.entries()) {
    const scope = scopeOf(row);
    const earlier = seen.get(scope);
    if (earlier !== undefined) {
      const detail = `Speaks for the same requests as row ${earlier}`;
      throw new AppError('input/invalid', { errors: [{ pointer: `/levels/${index}`, detail }] });
    }
    seen.set(scope, index);
  }
}

/** As one value: hundreds of rows that the query compiler is told one by one hold the process. In their order, which is that of their ids. */
async function insertLevels(tx: Tx, tenantId: string, levels: readonly LevelRow[]): Promise<void> {
  const rows = levels.map((row, place) => ({
    ...row,
    place,
    escalate_then: (row.escalate_then ?? []).map(({ after_seconds, to, level }) => ({
      after_seconds,
      to: to ?? null,
      level: level ?? null,
    })),
  }));
  await tx.$executeRaw`
    INSERT INTO policy_approval_levels (tenant_id, policy_type, agent_id, skill_id, level, min_approvals, auto_approve_max_cost_cents,
      auto_approve_max_tokens, escalate_after_seconds, escalate_to, escalate_level, escalate_then, expires_in_seconds, min_reject_level)
    SELECT ${tenantId}, r.policy_type, r.agent_id, r.skill_id, r.level, r.min_approvals, r.auto_approve_max_cost_cents,
      r.auto_approve_max_tokens, r.escalate_after_seconds, r.escalate_to, r.escalate_level, r.escalate_then, r.expires_in_seconds,
      r.min_reject_level
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r (place int, policy_type text, agent_id text, skill_id text, level smallint,
      min_approvals smallint, auto_approve_max_cost_cents bigint, auto_approve_max_tokens bigint, escalate_after_seconds int,
      escalate_to text, escalate_level smallint, escalate_then jsonb, expires_in_seconds int, min_reject_level smallint)
    ORDER BY r.place`;
}
