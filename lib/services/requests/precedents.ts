import type { DraftRuleBody, DraftRuleResource, PrecedentsResource } from '@/lib/contracts';
import { RuleBody } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { type ApprovalStatus, type Comparable, endingsOf, likeness } from '@/lib/domain/approval';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { draftRule, type PolicyType } from '@/lib/domain/policy';
import { inTenant, listReviewers, Prisma, type Tx } from '@/lib/platform/db';
import { checkRule } from '../policy';

/** Precedents that are told. */
const MAX_TOLD = 20;
/** The newest that people have ended, of the same skill and of all: so many are compared, however many there are. */
const NEWEST_OF_SKILL = 200;
const NEWEST_OF_TENANT = 100;
/** In bytes, as text and as stored, which may be far less. A larger payload is not compared; everything else about its request is. */
const MAX_COMPARED_BYTES = 8192;

interface Row {
  id: string;
  title: string;
  policy_type: PolicyType;
  skill_id: string;
  agent_id: string | null;
  status: ApprovalStatus;
  payload: Record<string, unknown> | null;
  cost_cents: bigint | null;
  required_level: number;
  created_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
}

const COLUMNS = Prisma.sql`r.id, r.title, r.policy_type, r.skill_id, r.agent_id, r.status, r.simulated_cost_cents AS cost_cents, r.required_level,
  r.created_at, r.resolved_at, r.resolved_by,
  CASE WHEN pg_column_size(r.payload) <= ${MAX_COMPARED_BYTES}
    THEN CASE WHEN octet_length(r.payload::text) <= ${MAX_COMPARED_BYTES} THEN r.payload END END AS payload`;

/** What a precedent is, in the words of the partial indexes: ended by somebody, or by the clock, not by policy itself. */
const ENDED = Prisma.sql`r.resolved_at IS NOT NULL AND r.kind = 'policy' AND r.resolved_by <> 'policy'`;

/**
 * Similar past requests of the tenant, the most alike first, and how people ended them. Looks at no more than 300 rows, found by index.
 * @throws AppError `request/not-found` when it is missing or another tenant's, which look the same.
 */
export async function getPrecedents(actor: Actor, requestId: string): Promise<PrecedentsResource> {
  const [{ asked, past }, people] = await Promise.all([
    readPrecedents(actor, requestId),
    listReviewers(actor.tenantId),
  ]);
  const names = new Map(people.map((person) => [person.userId, person.name]));
  const comparable = toComparable(asked);
  const alike = past
    .map((row) => ({ row, ...likeness(comparable, toComparable(row)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || resolvedMs(b.row) - resolvedMs(a.row) || (a.row.id < b.row.id ? -1 : 1))
    .slice(0, MAX_TOLD);
  const { medianSecondsToDecide, ...endings } = endingsOf(
    alike.map(({ row }) => ({ status: row.status, secondsToDecide: secondsToDecide(row) })),
  );
  return {
    request_id: asked.id,
    data: alike.map(({ row, score, matched }) => ({
      request_id: row.id,
      title: row.title,
      policy_type: row.policy_type,
      skill_id: row.skill_id,
      agent_id: row.agent_id,
      status: row.status,
      amount_cents: toComparable(row).amountCents,
      required_level: row.required_level,
      score,
      matched,
      created_at: row.created_at.toISOString(),
      resolved_at: row.resolved_at?.toISOString() ?? null,
      resolved_by: row.resolved_by,
      resolved_by_name: names.get(row.resolved_by ?? '') ?? null,
      seconds_to_decide: secondsToDecide(row),
    })),
    endings: { ...endings, median_seconds_to_decide: medianSecondsToDecide },
  };
}

async function readPrecedents(actor: Actor, requestId: string): Promise<{ asked: Row; past: Row[] }> {
  return inTenant(actor, async (tx) => {
    const [asked] = await readRequests(tx, actor, [requestId]);
    if (asked === undefined) throw new AppError('request/not-found');
    const newest = (of: Prisma.Sql, limit: number) => tx.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM approval_requests r WHERE r.tenant_id = ${actor.tenantId} AND ${of} AND ${ENDED}
      ORDER BY r.resolved_at DESC, r.id DESC LIMIT ${limit}`;
    const ofSkill = await newest(Prisma.sql`r.skill_id = ${asked.skill_id}`, NEWEST_OF_SKILL);
    const ofTenant = await newest(Prisma.sql`true`, NEWEST_OF_TENANT);
    const past = new Map([...ofTenant, ...ofSkill].map((row) => [row.id, row]));
    past.delete(asked.id);
    return { asked, past: [...past.values()] };
  });
}

function readRequests(tx: Tx, actor: Actor, ids: readonly string[]): Promise<Row[]> {
  const wellFormed = ids.filter((id) => isId('request', id));
  return tx.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM approval_requests r WHERE r.tenant_id = ${actor.tenantId} AND r.id = ANY (${wellFormed}) ORDER BY r.id`;
}

/**
 * Draws a rule from requests of the tenant (`draftRule`), and checks it as every rule is checked when it is saved.
 * @throws AppError `access/forbidden` for who may not read requests; `input/invalid` naming the request that is missing, another tenant's or
 * too large, or that they have too little in common; `service/unavailable` when too many rules are being checked.
 */
export async function draftRuleFrom(
  actor: Actor,
  { request_ids: ids, effect }: DraftRuleBody,
): Promise<DraftRuleResource> {
  if (!can(actor, 'requests:read')) throw new AppError('access/forbidden');
  const found = await inTenant(actor, (tx) => readRequests(tx, actor, ids));
  const rows = new Map(found.map((row) => [row.id, row]));
  const missing = ids.findIndex((id) => rows.get(id)?.payload == null);
  if (missing >= 0) {
    const detail = rows.has(ids[missing] ?? '') ? 'Its payload is too large to draw a rule from' : 'No such request';
    throw new AppError('input/invalid', { errors: [{ pointer: `/request_ids/${missing}`, detail }] });
  }
  const precedents = [...rows.values()].map((row) => ({
    policyType: row.policy_type,
    skillId: row.skill_id,
    agentId: row.agent_id,
    payload: row.payload ?? {},
    status: row.status,
    requiredLevel: row.required_level,
  }));
  const drafted = draftRule(precedents, effect ?? null);
  const rule = drafted === null ? null : toRuleBody(drafted);
  const report = rule === null ? null : await checkRule(rule, actor.tenantId);
  if (rule === null || report === null || report.faults.length > 0) {
    const detail = 'These requests have too little in common for one rule';
    throw new AppError('input/invalid', { errors: [{ pointer: '/request_ids', detail }] });
  }
  return { rule, report: { ok: true, ...report } };
}

function toRuleBody(drafted: NonNullable<ReturnType<typeof draftRule>>): RuleBody {
  return RuleBody.parse({
    rule_id: drafted.ruleId,
    policy_type: drafted.policyType,
    when: drafted.when,
    effect: drafted.effect,
    level: drafted.level,
    reason: drafted.reason,
    tags: ['precedents'],
    examples: drafted.examples,
  });
}

function toComparable(row: Row): Comparable {
  const amount = row.payload !== null && Object.hasOwn(row.payload, 'amount_cents') ? row.payload.amount_cents : null;
  const isAmount = typeof amount === 'number' && Number.isSafeInteger(amount);
  return {
    skillId: row.skill_id,
    agentId: row.agent_id,
    policyType: row.policy_type,
    amountCents: row.cost_cents !== null ? Number(row.cost_cents) : isAmount ? amount : null,
    payload: row.payload,
  };
}

function resolvedMs(row: Row): number {
  return row.resolved_at?.getTime() ?? 0;
}

function secondsToDecide(row: Row): number {
  return Math.max(0, Math.round((resolvedMs(row) - row.created_at.getTime()) / 1000));
}
