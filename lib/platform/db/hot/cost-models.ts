import type { CostModel, CostRate, Spread } from '@/lib/domain/policy';
import { prismaAs } from '../client';
import { Prisma } from '../generated/client';

/** The model of a skill, with what outcomes have taught about it. */
export interface LearntModel extends CostModel {
  spread: Spread;
  /** Since when and why nothing is approved by it without a person; null while something may be. */
  autoOff: { since: string; reason: string } | null;
}

/** The models in use, by skill. */
export type CostModels = ReadonlyMap<string, LearntModel>;

/** A model as the statement gives it: numbers are safe integers by CHECK. */
export interface ModelJson {
  skill_id: string;
  version: number;
  base_cents: number;
  rates: { field: string; cents_per_unit: string }[];
  p50_ratio: number;
  p95_ratio: number;
  confidence: number;
  auto_off_at: string | null;
  auto_off_reason: string | null;
}

/** The models in use of the tenant `t`, as one value. */
export const COST_MODELS = Prisma.sql`coalesce((SELECT jsonb_agg(jsonb_build_object('skill_id', m.skill_id, 'version', m.version,
    'base_cents', m.base_cents, 'rates', m.rates, 'p50_ratio', l.p50_ratio, 'p95_ratio', l.p95_ratio, 'confidence', l.confidence,
    'auto_off_at', rfc3339_ms(l.auto_off_at), 'auto_off_reason', l.auto_off_reason))
  FROM cost_models m JOIN cost_model_learning l ON l.tenant_id = m.tenant_id AND l.skill_id = m.skill_id AND l.model_version = m.version
  WHERE m.tenant_id = t.tenant_id AND m.retired_at IS NULL), '[]'::jsonb)`;

/** The statement's models, by skill. */
export function toCostModels(rows: readonly ModelJson[]): CostModels {
  return new Map(rows.map((row) => [row.skill_id, toModel(row)]));
}

function toModel(row: ModelJson): LearntModel {
  return {
    skillId: row.skill_id,
    version: row.version,
    baseCents: row.base_cents,
    rates: row.rates.map(toRate),
    spread: { p50: BigInt(row.p50_ratio), p95: BigInt(row.p95_ratio), confidence: row.confidence / 100 },
    autoOff:
      row.auto_off_at === null || row.auto_off_reason === null
        ? null
        : { since: row.auto_off_at, reason: row.auto_off_reason },
  };
}

/** A rate as it is stored. */
export function toRate({ field, cents_per_unit: centsPerUnit }: ModelJson['rates'][number]): CostRate {
  return { field, centsPerUnit };
}

/** A tenant's models with the versions that they belong to, in one statement. Null: no such tenant. */
export async function findCostModels(
  tenantId: string,
): Promise<{ configVersion: bigint; learningVersion: bigint; models: CostModels } | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<
    { configVersion: bigint; learningVersion: bigint; models: ModelJson[] }[]
  >`
    SELECT t.config_version AS "configVersion", t.learning_version AS "learningVersion", ${COST_MODELS} AS models
    FROM tenants t WHERE t.tenant_id = ${tenantId}`;
  const [row] = rows;
  return row === undefined ? null : { ...row, models: toCostModels(row.models) };
}
