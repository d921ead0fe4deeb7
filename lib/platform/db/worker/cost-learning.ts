import { asWorker, type Tx } from '../tenant';

/** An outcome that waits to be learnt from: what it cost, and what its model had said. */
export interface CostLesson {
  tenantId: string;
  skillId: string;
  modelVersion: number;
  estimateCents: bigint;
  actualCents: bigint;
}

/** What names one version of what a skill costs. */
export type ModelKey = Pick<CostLesson, 'tenantId' | 'skillId' | 'modelVersion'>;

/** What a model knows, while nobody else changes it. */
export interface HeldLearning {
  outcomes: number;
  driftFrom: number;
  isOff: boolean;
  /** Whether the version is the one in use. */
  isInUse: boolean;
}

/** What a model knows after a lesson. Ratios are in millionths, confidence in hundredths. */
export interface LearningWrite {
  outcomes: number;
  p50: bigint;
  p95: bigint;
  confidence: number;
  drift: bigint | null;
  /** Why nothing is approved by it from now on; null leaves it as it is. */
  offReason: string | null;
}

/** Runs `work` in one transaction across tenants. Throwing rolls everything back. */
export function asLearner<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return asWorker().$transaction(work);
}

/**
 * Takes up to so many outcomes that nobody has learnt from, the longest waiting first; they are gone when the transaction commits. Two workers take
 * different ones. Outcomes whose model cannot be found teach nothing.
 */
export function takeLessons(tx: Tx, limit: number): Promise<CostLesson[]> {
  return tx.$queryRaw<CostLesson[]>`
    WITH taken AS (
      DELETE FROM cost_lessons WHERE request_id = ANY (ARRAY(
        SELECT l.request_id FROM cost_lessons l ORDER BY l.at, l.request_id LIMIT ${limit} FOR UPDATE SKIP LOCKED))
      RETURNING request_id, tenant_id, at
    )
    SELECT o.tenant_id AS "tenantId", o.skill_id AS "skillId", o.model_version AS "modelVersion",
      (r.policy -> 'cost' ->> 'model_cents')::bigint AS "estimateCents", o.actual_cost_cents AS "actualCents"
    FROM taken t
    JOIN cost_outcomes o ON o.request_id = t.request_id AND o.tenant_id = t.tenant_id
    JOIN approval_requests r ON r.id = o.request_id AND r.tenant_id = o.tenant_id
    JOIN cost_models m ON m.tenant_id = o.tenant_id AND m.skill_id = o.skill_id AND m.version = o.model_version
    WHERE r.policy -> 'cost' ->> 'model_cents' IS NOT NULL
    ORDER BY t.at, t.request_id`;
}

/** Whether an outcome waits to be learnt from. */
export async function hasLessons(): Promise<boolean> {
  const rows = await asWorker().$queryRaw<unknown[]>`SELECT FROM cost_lessons LIMIT 1`;
  return rows.length > 0;
}

/** Holds tenants until the transaction ends, as every change of configuration does before it touches anything else. */
export async function holdTenants(tx: Tx, tenantIds: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM tenants WHERE tenant_id = ANY (${tenantIds}::text[]) ORDER BY tenant_id FOR NO KEY UPDATE`;
}

/** What a version knows, held until the transaction ends. */
export async function holdLearning(tx: Tx, { tenantId, skillId, modelVersion }: ModelKey): Promise<HeldLearning> {
  const [row] = await tx.$queryRaw<[HeldLearning]>`
    SELECT l.outcomes, l.drift_from AS "driftFrom", l.auto_off_at IS NOT NULL AS "isOff", m.retired_at IS NULL AS "isInUse"
    FROM cost_model_learning l
    JOIN cost_models m ON m.tenant_id = l.tenant_id AND m.skill_id = l.skill_id AND m.version = l.model_version
    WHERE l.tenant_id = ${tenantId} AND l.skill_id = ${skillId} AND l.model_version = ${modelVersion}
    FOR NO KEY UPDATE OF l`;
  return row;
}

/**
 * Adds ratios to a version's, numbered after those it has, and removes what is older than the last `keep`.
 * @returns the last ones, the newest first, with their numbers.
 */
export async function appendRatios(
  tx: Tx,
  { tenantId, skillId, modelVersion }: ModelKey,
  rows: readonly { number: number; estimateCents: bigint; actualCents: bigint; ratio: bigint }[],
  keep: number,
): Promise<{ number: number; ratio: bigint }[]> {
  await tx.costRatio.createMany({ data: rows.map((row) => ({ tenantId, skillId, modelVersion, ...row })) });
  const last = rows.at(-1)?.number ?? 0;
  await tx.costRatio.deleteMany({ where: { tenantId, skillId, modelVersion, number: { lte: last - keep } } });
  return tx.costRatio.findMany({
    where: { tenantId, skillId, modelVersion },
    select: { number: true, ratio: true },
    orderBy: { number: 'desc' },
  });
}

/** Writes what a version knows now. */
export async function writeLearning(
  tx: Tx,
  { tenantId, skillId, modelVersion }: ModelKey,
  learnt: LearningWrite,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE cost_model_learning SET outcomes = ${learnt.outcomes}, p50_ratio = ${learnt.p50}, p95_ratio = ${learnt.p95},
      confidence = ${learnt.confidence}, drift_ratio = ${learnt.drift},
      auto_off_at = CASE WHEN ${learnt.offReason}::text IS NULL THEN auto_off_at ELSE now_ms() END,
      auto_off_reason = coalesce(${learnt.offReason}, auto_off_reason)
    WHERE tenant_id = ${tenantId} AND skill_id = ${skillId} AND model_version = ${modelVersion}`;
}

/** Says that a tenant's models know more, and whether what is configured has changed with it. */
export async function raiseLearningVersion(tx: Tx, tenantId: string, switched: boolean): Promise<void> {
  await tx.$executeRaw`
    UPDATE tenants SET learning_version = learning_version + 1, config_version = config_version + ${switched ? 1 : 0}
    WHERE tenant_id = ${tenantId}`;
}

/** For how many skills automatic approval by cost is off. */
export async function countSwitchedOff(): Promise<number> {
  const [row] = await asWorker().$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM cost_model_learning l
    JOIN cost_models m ON m.tenant_id = l.tenant_id AND m.skill_id = l.skill_id AND m.version = l.model_version
    WHERE l.auto_off_at IS NOT NULL AND m.retired_at IS NULL`;
  return row.count;
}
