import type { Budget, FlagConfig, Histories, LevelConfig, PolicyType, Rule, RuleDefault } from '@/lib/domain/policy';
import { env } from '../../env';
import { BUDGET, CURRENT_BUDGETS } from '../budgets';
import { prismaAs } from '../client';
import { Prisma } from '../generated/client';
import { COST_MODELS, type CostModels, type ModelJson, toCostModels } from './cost-models';
import { type EscalationStepJson, toEscalationStep } from './escalation-step';

/** What policy is configured to answer in one tenant, at one version. */
export interface PolicyConfig {
  tenantId: string;
  configVersion: bigint;
  emergencyStop: { active: boolean; reason: string | null };
  levels: LevelConfig[];
  costModels: CostModels;
  /** Rises with what the models learn, which is not a change of what is configured. */
  learningVersion: bigint;
  /** What is left of each is as of when it was read. */
  budgets: Budget[];
  /** The active rules; null where no set is active. */
  active: RuleSet | null;
  /** The flags of this deployment's environment. */
  flags: FlagConfig[];
  /** Rules that are judged beside, and decide nothing. */
  shadow: RuleSet | null;
  /** How much of what is only asked is recorded (0 to 1), and for how many days. */
  recording: Recording;
  /** What was asked for before, as of when it was read; null where no rule looks at it, or where it is too much to count. */
  history?: Histories | null;
}

export interface Recording {
  sampleRate: number;
  retainDays: number;
}

/** Where a tenant has said nothing: everything, for a month. */
export const DEFAULT_RECORDING: Recording = { sampleRate: 1, retainDays: 30 };

/** One version of a tenant's rules, as far as it decides. */
export interface RuleSet {
  version: bigint;
  fallback: RuleDefault;
  rules: Rule[];
}

interface SetJson {
  version: string;
  default_effect: RuleDefault['effect'];
  default_level: number;
  rules: RuleJson[];
}

interface RuleJson {
  rule_id: string;
  priority: number;
  policy_type: PolicyType | null;
  condition: string;
  effect: Rule['effect'];
  level: number | null;
  min_approvals: number | null;
  expires_in_seconds: number | null;
  reason: string;
  tags: string[];
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
  escalate_then: EscalationStepJson[];
  expires_in_seconds: number | null;
  min_reject_level: number | null;
}

interface ConfigRow {
  tenantId: string;
  configVersion: bigint;
  emergencyStop: boolean;
  emergencyStopReason: string | null;
  levels: LevelJson[];
  costModels: ModelJson[];
  learningVersion: bigint;
  budgets: Budget[];
  active: SetJson | null;
  flags: FlagConfig[];
  shadow: SetJson | null;
  recording: { sample_rate: number; retain_days: number } | null;
}

/** A set `s` with its rules as one value: version and content belong together. */
const SET = Prisma.sql`jsonb_build_object('version', s.version::text, 'default_effect', s.default_effect, 'default_level', s.default_level,
  'rules', coalesce((SELECT jsonb_agg(to_jsonb(r) - '{tenant_id,version,position,examples}'::text[] ORDER BY r.position)
    FROM policy_rules r WHERE r.tenant_id = s.tenant_id AND r.version = s.version), '[]'::jsonb))`;

/** Reads a tenant's policy configuration in one statement, so that version and content belong together. Null: no such tenant. */
export async function findPolicyConfig(tenantId: string): Promise<PolicyConfig | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<ConfigRow[]>`
    SELECT t.tenant_id AS "tenantId", t.config_version AS "configVersion", t.emergency_stop AS "emergencyStop",
      t.emergency_stop_reason AS "emergencyStopReason",
      coalesce((SELECT jsonb_agg(to_jsonb(l) - '{level_id,tenant_id}'::text[] ORDER BY l.level_id) FROM policy_approval_levels l
        WHERE l.tenant_id = t.tenant_id), '[]'::jsonb) AS levels,
      ${COST_MODELS} AS "costModels", t.learning_version AS "learningVersion",
      coalesce((SELECT jsonb_agg(${BUDGET} ORDER BY b.budget_id) FROM ${CURRENT_BUDGETS}
        WHERE b.tenant_id = t.tenant_id AND b.retired_at IS NULL), '[]'::jsonb) AS budgets,
      (SELECT ${SET} FROM policy_sets s WHERE s.tenant_id = t.tenant_id AND s.status = 'active') AS active,
      coalesce((SELECT jsonb_agg(jsonb_build_object('key', f.key, 'enabled', f.enabled, 'rolloutPercentage', f.rollout_percentage))
        FROM feature_flags f WHERE f.tenant_id = t.tenant_id AND f.environment = ${env().COUNTERSIGN_ENVIRONMENT}), '[]'::jsonb) AS flags,
      (SELECT ${SET} FROM policy_sets s WHERE s.tenant_id = t.tenant_id AND s.shadow_since IS NOT NULL) AS shadow,
      (SELECT to_jsonb(p) FROM policy_recording p WHERE p.tenant_id = t.tenant_id) AS recording
    FROM tenants t WHERE t.tenant_id = ${tenantId}`;
  const [row] = rows;
  if (row === undefined) return null;
  return {
    tenantId: row.tenantId,
    configVersion: row.configVersion,
    emergencyStop: { active: row.emergencyStop, reason: row.emergencyStopReason },
    levels: row.levels.map(toLevelConfig),
    costModels: toCostModels(row.costModels),
    learningVersion: row.learningVersion,
    budgets: row.budgets,
    active: row.active === null ? null : toRuleSet(row.active),
    flags: row.flags,
    shadow: row.shadow === null ? null : toRuleSet(row.shadow),
    recording:
      row.recording === null
        ? DEFAULT_RECORDING
        : { sampleRate: row.recording.sample_rate, retainDays: row.recording.retain_days },
  };
}

/** Whether a tenant's emergency stop is on; null when there is no such tenant. Every open console asks every few seconds. */
export async function findEmergencyStop(tenantId: string): Promise<PolicyConfig['emergencyStop'] | null> {
  const [row] = await prismaAs('countersign_hot').$queryRaw<PolicyConfig['emergencyStop'][]>`
    SELECT emergency_stop AS active, emergency_stop_reason AS reason FROM tenants WHERE tenant_id = ${tenantId}`;
  return row ?? null;
}

/** One version of a tenant's rules, whatever its place in life; null when there is none. */
export async function findRuleSet(tenantId: string, version: bigint): Promise<RuleSet | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<{ set: SetJson }[]>`
    SELECT ${SET} AS set FROM policy_sets s WHERE s.tenant_id = ${tenantId} AND s.version = ${version}::bigint`;
  const [row] = rows;
  return row === undefined ? null : toRuleSet(row.set);
}

function toRuleSet(row: SetJson): RuleSet {
  return {
    version: BigInt(row.version),
    fallback: { effect: row.default_effect, level: row.default_level },
    rules: row.rules.map((rule) => ({
      ruleId: rule.rule_id,
      priority: rule.priority,
      policyType: rule.policy_type,
      when: rule.condition,
      effect: rule.effect,
      level: rule.level,
      minApprovals: rule.min_approvals,
      expiresInSeconds: rule.expires_in_seconds,
      reason: rule.reason,
      tags: rule.tags,
    })),
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
    escalateThen: row.escalate_then.map(toEscalationStep),
    expiresInSeconds: row.expires_in_seconds,
    minRejectLevel: row.min_reject_level,
  };
}

/** The versions of every tenant's configuration and of what its models have learnt: what caches compare themselves with. */
export function listTenantVersions(): Promise<{ tenantId: string; configVersion: bigint; learningVersion: bigint }[]> {
  return prismaAs('countersign_hot').$queryRaw`
    SELECT tenant_id AS "tenantId", config_version AS "configVersion", learning_version AS "learningVersion" FROM tenants`;
}
