import { DRIFT_OUTCOMES, isDrift, learnSpread, medianOfLast, ONE, ratioOf, SPREAD_OUTCOMES } from '@/lib/domain/policy';
import { appendAudit, type Tx } from '@/lib/platform/db';
import {
  appendRatios,
  asLearner,
  type CostLesson,
  hasLessons,
  holdLearning,
  holdTenants,
  type ModelKey,
  raiseLearningVersion,
  takeLessons,
  writeLearning,
} from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { metrics } from '@/lib/platform/metrics';

/** How many outcomes one transaction learns from. */
const BATCH = 200;

/**
 * Learns from the outcomes that have been reported: how wide the band of each model is, and whether it has drifted, in which case nothing
 * is approved by its cost from now on without a person. Running it in two workers at once is harmless.
 * @returns from how many outcomes it has learnt.
 */
export async function learnCosts(): Promise<number> {
  let learnt = 0;
  while (await hasLessons()) {
    const batch = await asLearner(learnBatch);
    // What is left is in another worker's hands.
    if (batch.taken === 0) break;
    learnt += batch.taken;
    for (const ratio of batch.ratios) metrics().costDrift.observe(Number(ratio) / Number(ONE));
    for (const { tenantId, skillId } of batch.switchedOff) {
      logger().warn({ tenant_id: tenantId, skill_id: skillId }, 'automatic approval by cost switched itself off');
    }
  }
  return learnt;
}

interface Batch {
  taken: number;
  ratios: bigint[];
  switchedOff: ModelKey[];
}

async function learnBatch(tx: Tx): Promise<Batch> {
  const lessons = await takeLessons(tx, BATCH);
  const tenants = [...new Set(lessons.map(({ tenantId }) => tenantId))];
  await holdTenants(tx, tenants);
  const batch: Batch = { taken: lessons.length, ratios: [], switchedOff: [] };
  for (const group of groupByModel(lessons)) {
    const { ratios, switchedOff } = await learnModel(tx, group);
    batch.ratios.push(...ratios);
    if (switchedOff) batch.switchedOff.push(group.model);
  }
  for (const tenantId of tenants) {
    await raiseLearningVersion(
      tx,
      tenantId,
      batch.switchedOff.some((model) => model.tenantId === tenantId),
    );
  }
  return batch;
}

/** Models in one order, whatever order their outcomes came in: whoever holds several holds them in it. */
function groupByModel(lessons: readonly CostLesson[]): { model: ModelKey; lessons: CostLesson[] }[] {
  const groups = new Map<string, { model: ModelKey; lessons: CostLesson[] }>();
  for (const lesson of lessons) {
    const { tenantId, skillId, modelVersion } = lesson;
    const key = JSON.stringify([tenantId, skillId, modelVersion]);
    const group = groups.get(key) ?? { model: { tenantId, skillId, modelVersion }, lessons: [] };
    group.lessons.push(lesson);
    groups.set(key, group);
  }
  return [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

async function learnModel(
  tx: Tx,
  { model, lessons }: { model: ModelKey; lessons: readonly CostLesson[] },
): Promise<{ ratios: bigint[]; switchedOff: boolean }> {
  const held = await holdLearning(tx, model);
  const rows = lessons.map(({ estimateCents, actualCents }, index) => ({
    number: held.outcomes + index + 1,
    estimateCents,
    actualCents,
    ratio: ratioOf(actualCents, estimateCents),
  }));
  const known = await appendRatios(tx, model, rows, SPREAD_OUTCOMES);
  const { p50, p95, confidence } = learnSpread(known.map(({ ratio }) => ratio));
  const drift = medianOfLast(known.filter(({ number }) => number > held.driftFrom).map(({ ratio }) => ratio));
  const switchedOff = isDrift(drift) && !held.isOff && held.isInUse;
  const offReason = switchedOff && drift !== null ? describeDrift(drift) : null;
  await writeLearning(tx, model, {
    outcomes: held.outcomes + rows.length,
    p50,
    p95,
    confidence: Math.round(confidence * 100),
    drift,
    offReason,
  });
  if (switchedOff) {
    await appendAudit(tx, 'system', model.tenantId, {
      action: 'policy.cost_auto_approval_off',
      targetKind: 'cost_model',
      targetId: model.skillId,
      data: { version: model.modelVersion, drift: Number(drift) / Number(ONE), reason: offReason },
    });
  }
  return { ratios: rows.map(({ ratio }) => ratio), switchedOff };
}

/** "half of its last 20 outcomes cost at least 1.43 times what its model says". */
function describeDrift(median: bigint): string {
  return `half of its last ${DRIFT_OUTCOMES} outcomes cost ${median > ONE ? 'at least' : 'at most'} ${toTimes(median)} times what its model says`;
}

/** Millionths as a factor with two decimals. */
function toTimes(ratio: bigint): string {
  return (Number(ratio) / Number(ONE)).toFixed(2);
}
