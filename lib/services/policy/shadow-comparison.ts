import { type Flip, MAX_EXAMPLES, MAX_FLIPS, type ShadowComparison } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import type { PolicyDecision } from '@/lib/domain/policy';
import { databaseNow, inTenant, Prisma, type Tx } from '@/lib/platform/db';
import { toInstant } from '@/lib/services/paging';
import { readSetName, setName } from './set-name';

const DEFAULT_PERIOD_MS = 7 * 24 * 60 * 60 * 1000;

/** One kind of outcome; `to_decision` is null where the shadow could not judge. */
interface OutcomeRow {
  from_decision: PolicyDecision;
  from_level: number | null;
  from_people: number | null;
  to_decision: PolicyDecision | null;
  to_level: number | null;
  to_people: number | null;
  count: number;
  requests: number;
  cost_cents: bigint;
  same: boolean;
  examples: Flip['examples'];
}

/**
 * What a version answered as the shadow in a period, beside what was really answered.
 * @throws AppError `policy-set/not-found`; `input/invalid` when the period ends before it begins.
 */
export async function compareShadow(
  actor: Actor,
  name: string,
  query: { from?: string | undefined; to?: string | undefined },
): Promise<ShadowComparison> {
  const version = readSetName(actor.tenantId, name);
  return inTenant(actor, async (tx) => {
    const set =
      version === null ? null : await tx.policySet.findFirst({ where: { tenantId: actor.tenantId, version } });
    if (set === null) throw new AppError('policy-set/not-found');
    const now = await databaseNow(tx);
    const to = query.to === undefined ? now.toISOString() : toInstant('to', query.to);
    const from =
      query.from === undefined
        ? toInstant('from', new Date(Date.parse(to) - DEFAULT_PERIOD_MS).toISOString())
        : toInstant('from', query.from);
    if (from >= to) {
      throw new AppError('input/invalid', { errors: [{ pointer: '?to', detail: 'Must be later than `from`' }] });
    }
    const rows = await countOutcomes(tx, actor.tenantId, set.version, { from, to });
    return { policy_version: setName(actor.tenantId, set.version), from, to, ...summarise(rows) };
  });
}

function summarise(
  rows: readonly OutcomeRow[],
): Pick<ShadowComparison, 'evaluated' | 'agreed' | 'failed' | 'flips' | 'flips_omitted'> {
  const count = (some: readonly OutcomeRow[]) => some.reduce((sum, row) => sum + row.count, 0);
  const flips = rows.filter((row) => !row.same && row.to_decision !== null);
  return {
    evaluated: count(rows),
    agreed: count(rows.filter((row) => row.same)),
    failed: count(rows.filter((row) => row.to_decision === null)),
    flips: flips.slice(0, MAX_FLIPS).flatMap((row) => (row.to_decision === null ? [] : [toFlip(row, row.to_decision)])),
    flips_omitted: count(flips.slice(MAX_FLIPS)),
  };
}

function toFlip(row: OutcomeRow, decision: PolicyDecision): Flip {
  return {
    from: { decision: row.from_decision, approval_level_required: row.from_level, min_approvals: row.from_people },
    to: { decision, approval_level_required: row.to_level, min_approvals: row.to_people },
    count: row.count,
    requests: row.requests,
    cost_cents: Number(row.cost_cents),
    examples: row.examples,
  };
}

/** Every kind of outcome, the most frequent first, with its newest examples. One statement over the shadow's index. */
function countOutcomes(
  tx: Tx,
  tenantId: string,
  version: bigint,
  { from, to }: { from: string; to: string },
): Promise<OutcomeRow[]> {
  return tx.$queryRaw<OutcomeRow[]>(Prisma.sql`
    WITH outcome AS (
      SELECT e.decision AS from_decision, e.level AS from_level,
        CASE WHEN e.decision = 'requires_approval' THEN e.min_approvals END AS from_people, e.shadow_decision AS to_decision,
        e.shadow_level AS to_level, CASE WHEN e.shadow_decision = 'requires_approval' THEN e.shadow_min_approvals END AS to_people,
        e.evaluation_id, e.request_id, e.at, e.cost_cents
      FROM policy_evaluations e
      WHERE e.tenant_id = ${tenantId} AND e.shadow_version = ${version}::bigint
        AND e.at >= ${from}::text::timestamptz AND e.at < ${to}::text::timestamptz
    ), kind AS (
      SELECT from_decision, from_level, from_people, to_decision, to_level, to_people, count(*)::int AS count,
        count(request_id)::int AS requests,
        least(coalesce(sum(cost_cents) FILTER (WHERE request_id IS NOT NULL), 0), ${Number.MAX_SAFE_INTEGER}::bigint)::bigint AS cost_cents,
        (from_decision, from_level, from_people) IS NOT DISTINCT FROM (to_decision, to_level, to_people) AS same,
        (array_agg(evaluation_id ORDER BY at DESC, evaluation_id DESC))[1:${MAX_EXAMPLES}::int] AS newest
      FROM outcome GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT kind.*, coalesce((SELECT jsonb_agg(jsonb_build_object('evaluation_id', e.evaluation_id, 'request_id', e.request_id,
        'at', rfc3339_ms(e.at), 'skill_id', e.skill_id, 'agent_id', e.agent_id, 'cost_cents', e.cost_cents,
        'reasons', e.shadow->'reasons') ORDER BY e.at DESC, e.evaluation_id DESC)
      FROM policy_evaluations e WHERE NOT kind.same AND e.tenant_id = ${tenantId} AND e.evaluation_id = ANY (kind.newest)), '[]'::jsonb) AS examples
    FROM kind ORDER BY count DESC, from_decision, from_level, from_people, to_decision, to_level, to_people`);
}
