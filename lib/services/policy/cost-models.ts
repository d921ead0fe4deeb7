import { z } from 'zod';
import type {
  CostModelBody,
  CostModelResource,
  CostModelsResource,
  CostModelVersion,
  PageQuery,
} from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { appendAudit, databaseNow, inTenant, lockPeople, rememberIdempotency, type Tx } from '@/lib/platform/db';
import { decodeCursor, encodeCursor } from '@/lib/services/paging';
import { forgetTenantConfig } from './config-cache';
import { type ModelRow, RATIO_BOUNDS, type RatioCount, toModelResource, toModelVersion } from './cost-model-resource';
import { assertUnchanged, entityTagOf } from './entity-tag';

/** What one tenant’s skills cost, with the tag that a change of it must name. */
export interface VersionedCostModels {
  resource: CostModelsResource;
  etag: string;
}

/** The place behind a version of a list. */
const Version = z.int().min(1).max(2_147_483_647);

/** What the tenant's skills cost, and what outcomes have taught about it, by skill. */
export function getCostModels(actor: Actor): Promise<VersionedCostModels> {
  return inTenant(actor, (tx) => readModels(tx, actor));
}

/**
 * Replaces what skills cost, if nobody changed it since `call.ifMatch` was read. What differs from the model in use becomes its skill's next
 * version, which starts unlearnt and trusted; what is left out is retired; what is the same stays as it is, with all that was learnt.
 * @throws AppError `config/changed` (412), `input/invalid` when two models are of one skill or two rates read one field,
 * `access/forbidden` when the credential has ended.
 */
export async function putCostModels(
  actor: Actor,
  models: readonly CostModelBody[],
  call: Call,
): Promise<VersionedCostModels> {
  assertDistinctModels(models);
  const answer = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await findInUse(tx, actor.tenantId);
    assertUnchanged(call, entityTag(before));
    if (await replaceCostModels(tx, actor, models)) await raiseConfigVersion(tx, actor.tenantId);
    return readModels(tx, actor);
  });
  forgetTenantConfig(actor.tenantId);
  return answer;
}

/** The models in use, as they are set: without their versions, and without what was learnt. */
export async function readCostModelRows(tx: Tx, tenantId: string): Promise<CostModelBody[]> {
  const models = await findInUse(tx, tenantId);
  return models.map(({ skillId, baseCents, rates, description }) => ({
    skill_id: skillId,
    base_cents: Number(baseCents),
    rates: rates as CostModelBody['rates'],
    description,
  }));
}

/**
 * Sets these models in place of those in use, and into the audit log who did, where anything differs: whether it does is the answer. Whoever
 * calls it holds the tenant's row and raises its version.
 */
export async function replaceCostModels(tx: Tx, actor: Actor, models: readonly CostModelBody[]): Promise<boolean> {
  const changed = await replace(tx, actor, await findInUse(tx, actor.tenantId), models);
  if (changed.written.length === 0 && changed.retired.length === 0) return false;
  await appendAudit(tx, actor, actor.tenantId, {
    action: 'policy.cost_models_replaced',
    targetKind: 'tenant',
    targetId: actor.tenantId,
    data: changed,
  });
  return true;
}

/**
 * Lets a skill's model approve by itself again. What it got wrong until now is forgiven: drift is measured on the outcomes that come.
 * @throws AppError `cost-model/not-found`; `cost-model/trusted` when it does already; `access/forbidden` when the credential has ended.
 */
export async function trustCostModel(
  actor: Actor,
  skillId: string,
  reason: string,
  call: Call,
): Promise<CostModelResource> {
  const resource = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const model = await findModel(tx, actor, skillId);
    if (model.learning.autoOffAt === null) throw new AppError('cost-model/trusted');
    await tx.costModelLearning.update({
      where: keyOf(model),
      data: {
        autoOffAt: null,
        autoOffReason: null,
        driftRatio: null,
        driftFrom: model.learning.outcomes,
        trustedAt: await databaseNow(tx),
        trustedBy: credentialId(actor),
        trustedByName: actor.name,
        trustReason: reason,
      },
    });
    await raiseConfigVersion(tx, actor.tenantId);
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'policy.cost_model_trusted',
      targetKind: 'cost_model',
      targetId: skillId,
      data: { version: model.version, reason, off_since: model.learning.autoOffAt.toISOString() },
    });
    await rememberIdempotency(tx, actor, call, skillId);
    return toModelResource(await findModel(tx, actor, skillId), await countRatios(tx, actor, skillId));
  });
  forgetTenantConfig(actor.tenantId);
  return resource;
}

/**
 * The model that a skill has now.
 * @throws AppError `cost-model/not-found`.
 */
export function getCostModel(actor: Actor, skillId: string): Promise<CostModelResource> {
  return inTenant(actor, async (tx) =>
    toModelResource(await findModel(tx, actor, skillId), await countRatios(tx, actor, skillId)),
  );
}

/**
 * A page of the versions of what a skill costs, newest first, those that are retired too.
 * @throws AppError `cost-model/not-found` when it never had a model.
 */
export async function listCostVersions(
  actor: Actor,
  skillId: string,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: CostModelVersion[]; next_cursor: string | null }> {
  const position = decodeCursor(Version, cursor);
  assertSkill(skillId);
  const rows = await inTenant(actor, (tx) =>
    tx.costModel.findMany({
      where: { tenantId: actor.tenantId, skillId, ...(position === null ? {} : { version: { lt: position } }) },
      include: { learning: true },
      orderBy: { version: 'desc' },
      take: limit + 1,
    }),
  );
  if (rows.length === 0 && position === null) throw new AppError('cost-model/not-found');
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map((row) => toModelVersion(assertLearning(row))),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.version) : null,
  };
}

async function readModels(tx: Tx, actor: Actor): Promise<VersionedCostModels> {
  const models = await findInUse(tx, actor.tenantId);
  const counts = await countRatios(tx, actor, null);
  return {
    resource: { tenant_id: actor.tenantId, cost_models: models.map((model) => toModelResource(model, counts)) },
    etag: entityTag(models),
  };
}

/** What is in use and which versions: it says what is configured, whatever else of the tenant changes or is learnt. */
function entityTag(models: readonly ModelRow[]): string {
  const said = models.map(({ skillId, version }) => [skillId, version]);
  return entityTagOf(said);
}

/** Writes what differs and retires what is gone; skills in order, so that the audit entry reads the same whoever sends it. */
async function replace(tx: Tx, actor: Actor, before: readonly ModelRow[], models: readonly CostModelBody[]) {
  const now = await databaseNow(tx);
  const wanted = new Map(models.map((model) => [model.skill_id, model]));
  const inUse = new Map(before.map((model) => [model.skillId, model]));
  const gone = before.filter((model) => !isSame(model, wanted.get(model.skillId)));
  const fresh = [...models]
    .filter((model) => !isSame(inUse.get(model.skill_id), model))
    .sort((a, b) => (a.skill_id < b.skill_id ? -1 : 1));
  await tx.costModel.updateMany({
    where: { tenantId: actor.tenantId, skillId: { in: gone.map(({ skillId }) => skillId) }, retiredAt: null },
    data: { retiredAt: now },
  });
  const written = await writeVersions(tx, actor, fresh, now);
  const retired = gone
    .filter(({ skillId }) => !wanted.has(skillId))
    .map(({ skillId, version }) => ({ skill_id: skillId, version }));
  return { written, retired };
}

async function writeVersions(tx: Tx, actor: Actor, models: readonly CostModelBody[], now: Date) {
  const latest = await tx.costModel.groupBy({
    by: ['skillId'],
    where: { tenantId: actor.tenantId, skillId: { in: models.map(({ skill_id: skillId }) => skillId) } },
    _max: { version: true },
  });
  const versions = new Map(latest.map(({ skillId, _max }) => [skillId, _max.version ?? 0]));
  const rows = models.map((model) => ({
    ...model,
    version: (versions.get(model.skill_id) ?? 0) + 1,
  }));
  // As one value: hundreds of rows that the query compiler is told one by one hold the process.
  await tx.$executeRaw`
    WITH written AS (
      INSERT INTO cost_models (tenant_id, skill_id, version, base_cents, rates, description, created_at, created_by, created_by_name)
      SELECT ${actor.tenantId}, r.skill_id, r.version, r.base_cents, r.rates, r.description, ${now}::timestamptz, ${credentialId(actor)},
        ${actor.name}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS r (skill_id text, version int, base_cents bigint, rates jsonb, description text)
      RETURNING tenant_id, skill_id, version
    )
    INSERT INTO cost_model_learning (tenant_id, skill_id, model_version) SELECT * FROM written`;
  return rows.map(({ skill_id, version, base_cents, rates }) => ({ skill_id, version, base_cents, rates }));
}

/** Whether a model says what is asked for. Its description is part of it: a version never changes. */
function isSame(model: ModelRow | undefined, body: CostModelBody | undefined): boolean {
  if (model === undefined || body === undefined) return false;
  const said = { base_cents: Number(model.baseCents), rates: model.rates, description: model.description };
  const asked = { base_cents: body.base_cents, rates: body.rates, description: body.description ?? null };
  return canonicalJson(said) === canonicalJson(asked);
}

/** @throws AppError `input/invalid` when two models are of one skill, or two rates of a model read one field. */
export function assertDistinctModels(models: readonly CostModelBody[]): void {
  const errors = findRepeats(models.map(({ skill_id: skillId }) => skillId)).map((index) => ({
    pointer: `/cost_models/${index}/skill_id`,
    detail: 'Another model is of this skill',
  }));
  for (const [index, { rates }] of models.entries()) {
    for (const rate of findRepeats(rates.map(({ field }) => field))) {
      errors.push({ pointer: `/cost_models/${index}/rates/${rate}/field`, detail: 'Another rate reads this field' });
    }
  }
  if (errors.length > 0) throw new AppError('input/invalid', { errors });
}

/** Where a text stands that has been there before. */
function findRepeats(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, index) => {
    if (seen.has(text)) return [index];
    seen.add(text);
    return [];
  });
}

async function findInUse(tx: Tx, tenantId: string): Promise<ModelRow[]> {
  const rows = await tx.costModel.findMany({
    where: { tenantId, retiredAt: null },
    include: { learning: true },
    orderBy: { skillId: 'asc' },
  });
  return rows.map(assertLearning);
}

async function findModel(tx: Tx, actor: Actor, skillId: string): Promise<ModelRow> {
  assertSkill(skillId);
  const row = await tx.costModel.findFirst({
    where: { tenantId: actor.tenantId, skillId, retiredAt: null },
    include: { learning: true },
  });
  if (row === null) throw new AppError('cost-model/not-found');
  return assertLearning(row);
}

/** Both are written in one transaction. */
function assertLearning<Row extends { learning: unknown }>(row: Row): Row & { learning: NonNullable<Row['learning']> } {
  if (row.learning === null) throw new Error('a cost model has nowhere to learn');
  return row as Row & { learning: NonNullable<Row['learning']> };
}

/** How many outcomes of the models in use, of those that are still looked at, are in which bar. */
function countRatios(tx: Tx, actor: Actor, skillId: string | null): Promise<RatioCount[]> {
  return tx.$queryRaw<RatioCount[]>`
    SELECT r.skill_id AS "skillId", width_bucket(r.ratio - 1, ${RATIO_BOUNDS}::bigint[]) AS bar, count(*)::int AS outcomes
    FROM cost_ratios r JOIN cost_models m ON m.tenant_id = r.tenant_id AND m.skill_id = r.skill_id AND m.version = r.model_version
    WHERE r.tenant_id = ${actor.tenantId} AND m.retired_at IS NULL AND (${skillId}::text IS NULL OR r.skill_id = ${skillId})
    GROUP BY 1, 2`;
}

/** A name that no skill can have is answered like one that none has. */
function assertSkill(skillId: string): void {
  if (skillId.includes('\0')) throw new AppError('cost-model/not-found');
}

function keyOf({ tenantId, skillId, version }: ModelRow) {
  return { tenantId_skillId_modelVersion: { tenantId, skillId, modelVersion: version } };
}

async function raiseConfigVersion(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${tenantId}`;
}
