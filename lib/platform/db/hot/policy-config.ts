import type { LevelConfig, PolicyType } from '@/lib/domain/policy';
import { prismaAs } from '../client';

/** What policy is configured to answer in one tenant, at one version. */
export interface PolicyConfig {
  tenantId: string;
  configVersion: bigint;
  emergencyStop: { active: boolean; reason: string | null };
  levels: LevelConfig[];
}

interface LevelJson {
  policy_type: PolicyType | null;
  agent_id: string | null;
  skill_id: string | null;
  level: number;
  min_approvals: number;
  auto_approve_max_cost_cents: number | null;
  auto_approve_max_tokens: number | null;
  escalate_after_seconds: number | null;
  escalate_to: string | null;
  escalate_level: number | null;
  expires_in_seconds: number | null;
  min_reject_level: number | null;
}

interface ConfigRow {
  tenantId: string;
  configVersion: bigint;
  emergencyStop: boolean;
  emergencyStopReason: string | null;
  levels: LevelJson[];
}

/** Reads a tenant's policy configuration in one statement, so that version and content belong together. Null: no such tenant. */
export async function findPolicyConfig(tenantId: string): Promise<PolicyConfig | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<ConfigRow[]>`
    SELECT t.tenant_id AS "tenantId", t.config_version AS "configVersion", t.emergency_stop AS "emergencyStop",
      t.emergency_stop_reason AS "emergencyStopReason",
      coalesce((SELECT jsonb_agg(to_jsonb(l) - '{level_id,tenant_id}'::text[] ORDER BY l.level_id) FROM policy_approval_levels l
        WHERE l.tenant_id = t.tenant_id), '[]'::jsonb) AS levels
    FROM tenants t WHERE t.tenant_id = ${tenantId}`;
  const [row] = rows;
  if (row === undefined) return null;
  return {
    tenantId: row.tenantId,
    configVersion: row.configVersion,
    emergencyStop: { active: row.emergencyStop, reason: row.emergencyStopReason },
    levels: row.levels.map(toLevelConfig),
  };
}

function toLevelConfig(row: LevelJson): LevelConfig {
  return {
    policyType: row.policy_type,
    agentId: row.agent_id,
    skillId: row.skill_id,
    level: row.level,
    minApprovals: row.min_approvals,
    autoApproveMaxCostCents: row.auto_approve_max_cost_cents,
    autoApproveMaxTokens: row.auto_approve_max_tokens,
    escalateAfterSeconds: row.escalate_after_seconds,
    escalateTo: row.escalate_to,
    escalateLevel: row.escalate_level,
    expiresInSeconds: row.expires_in_seconds,
    minRejectLevel: row.min_reject_level,
  };
}

/** The version of every tenant's configuration: what caches compare themselves with. */
export function listTenantVersions(): Promise<{ tenantId: string; configVersion: bigint }[]> {
  return prismaAs('countersign_hot').$queryRaw`
    SELECT tenant_id AS "tenantId", config_version AS "configVersion" FROM tenants`;
}
