import { MAX_OPEN_REPLAYS, type ReplayReport, type ReplayResource, type ReplaySummary } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { newId } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, inTenant, lockPeople, rememberIdempotency, type Tx } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor, toInstant } from '@/lib/services/paging';
import { readSetName, setName } from './set-name';

type Row = NonNullable<Awaited<ReturnType<Tx['policyReplay']['findFirst']>>>;

const Position = cursorPosition('replay');

/**
 * Has a version tried on everything that was recorded in a period; the worker does it, one replay of a tenant at a time.
 * @throws AppError `policy-set/not-found`; `input/invalid` when the period ends before it begins; `replay/too-many` when too many wait.
 */
export function createReplay(
  actor: Actor,
  name: string,
  period: { from: string; to: string },
  call: Call,
): Promise<ReplayResource> {
  const { tenantId } = actor;
  const version = readSetName(tenantId, name);
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const set = version === null ? null : await tx.policySet.findFirst({ where: { tenantId, version } });
    if (set === null) throw new AppError('policy-set/not-found');
    const now = await databaseNow(tx);
    const fromAt = new Date(toInstant('from', period.from));
    const toAt = new Date(Math.min(Date.parse(toInstant('to', period.to)), now.getTime()));
    if (fromAt >= toAt) {
      const detail = 'Must be later than `from`, which must be in the past';
      throw new AppError('input/invalid', { errors: [{ pointer: '/to', detail }] });
    }
    const open = await tx.policyReplay.count({ where: { tenantId, status: { in: ['queued', 'running'] } } });
    if (open >= MAX_OPEN_REPLAYS) throw new AppError('replay/too-many');
    const replay = await tx.policyReplay.create({
      data: {
        replayId: newId('replay'),
        tenantId,
        version: set.version,
        fromAt,
        toAt,
        createdAt: now,
        createdBy: credentialId(actor),
        createdByName: actor.name,
      },
    });
    const data = { policy_version: setName(tenantId, set.version), from: fromAt.toISOString(), to: toAt.toISOString() };
    await record(tx, actor, 'policy.replay_requested', replay.replayId, data);
    await rememberIdempotency(tx, actor, call, replay.replayId);
    return toResource(replay);
  });
}

/**
 * A replay of the actor's tenant: how far it is, and its report.
 * @throws AppError `replay/not-found`.
 */
export function getReplay(actor: Actor, replayId: string): Promise<ReplayResource> {
  return inTenant(actor, async (tx) => toResource(await findReplay(tx, actor, replayId)));
}

/** A page of the replays of the actor's tenant, newest first, without their reports. */
export async function listReplays(
  actor: Actor,
  query: { limit: number; cursor?: string | undefined; policy_version?: string | undefined },
): Promise<{ data: ReplaySummary[]; next_cursor: string | null }> {
  const { tenantId } = actor;
  const position = decodeCursor(Position, query.cursor);
  const version = query.policy_version === undefined ? undefined : (readSetName(tenantId, query.policy_version) ?? 0n);
  const rows = await inTenant(actor, (tx) =>
    tx.policyReplay.findMany({
      where: {
        tenantId,
        ...(version === undefined ? {} : { version }),
        ...(position === null
          ? {}
          : {
              OR: [{ createdAt: { lt: position[0] } }, { createdAt: position[0], replayId: { lt: position[1] } }],
            }),
      },
      omit: { report: true, tally: true },
      orderBy: [{ createdAt: 'desc' }, { replayId: 'desc' }],
      take: query.limit + 1,
    }),
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    data: page.map(toSummary),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.replayId]) : null,
  };
}

/**
 * Ends a replay before it is done; its worker stops at the next page. One that has ended stays as it is.
 * @throws AppError `replay/not-found`.
 */
export function cancelReplay(actor: Actor, replayId: string, call: Call): Promise<ReplayResource> {
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const { tenantId } = actor;
    await findReplay(tx, actor, replayId);
    const { count } = await tx.policyReplay.updateMany({
      where: { tenantId, replayId, status: { in: ['queued', 'running'] } },
      data: { status: 'cancelled', finishedAt: await databaseNow(tx) },
    });
    if (count > 0) await record(tx, actor, 'policy.replay_cancelled', replayId, {});
    await rememberIdempotency(tx, actor, call, replayId);
    return toResource(await findReplay(tx, actor, replayId));
  });
}

async function findReplay(tx: Tx, { tenantId }: Actor, replayId: string): Promise<Row> {
  const row = isId('replay', replayId) ? await tx.policyReplay.findFirst({ where: { tenantId, replayId } }) : null;
  if (row === null) throw new AppError('replay/not-found');
  return row;
}

function record(tx: Tx, actor: Actor, action: string, targetId: string, data: Record<string, unknown>): Promise<void> {
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'policy_replay', targetId, data });
}

function toResource(row: Row): ReplayResource {
  return { ...toSummary(row), report: row.report as ReplayReport | null };
}

function toSummary(row: Omit<Row, 'report' | 'tally'>): ReplaySummary {
  return {
    replay_id: row.replayId,
    tenant_id: row.tenantId,
    policy_version: setName(row.tenantId, row.version),
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    status: row.status as ReplaySummary['status'],
    total: row.total,
    evaluated: row.evaluated,
    error: row.error,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    created_by_name: row.createdByName,
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
