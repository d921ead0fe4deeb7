import { z } from 'zod';
import type { ListRunsQuery, PageQuery, RunEventResource, RunListItem, RunResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { RUN_EVENTS } from '@/lib/domain/run';
import { findRun, listRunEventRows, listRunRows, type RunEventRow, type RunRow } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor } from '../paging';
import { toRunListItem, toRunResource } from './resource';

/** @throws AppError `run/not-found` when it is missing or another tenant's, which look the same. */
export async function readRun(actor: Pick<Actor, 'tenantId'>, runId: string): Promise<RunRow> {
  const run = isId('run', runId) ? await findRun('countersign_hot', actor.tenantId, runId) : null;
  if (run === null) throw new AppError('run/not-found');
  return run;
}

/** A run of the actor's tenant, with its tasks. */
export async function getRun(actor: Actor, runId: string): Promise<RunResource> {
  return toRunResource(await readRun(actor, runId), actor);
}

const Position = cursorPosition('run');

/** A page of the tenant's runs, the newest first; runs that are started meanwhile shift nothing. */
export async function listRuns(
  actor: Actor,
  { limit, cursor, status, dag_name }: ListRunsQuery,
): Promise<{ data: RunListItem[]; next_cursor: string | null }> {
  const after = decodeCursor(Position, cursor);
  const rows = await listRunRows(actor, { status, dagName: dag_name, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(toRunListItem),
    next_cursor:
      rows.length > limit && last !== undefined ? encodeCursor([last.created_at.toISOString(), last.run_id]) : null,
  };
}

const EventPosition = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** A page of the history of a run, oldest first. */
export async function listRunEvents(
  actor: Actor,
  runId: string,
  { limit, cursor }: PageQuery,
): Promise<{ data: RunEventResource[]; next_cursor: string | null }> {
  await readRun(actor, runId);
  const after = decodeCursor(EventPosition, cursor) ?? 0;
  const rows = await listRunEventRows(actor, runId, after, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(toRunEventResource),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.seq) : null,
  };
}

function toRunEventResource(row: RunEventRow): RunEventResource {
  const { task_id, ...data } = row.data;
  return {
    event_id: row.event_id,
    seq: row.seq,
    type: row.type,
    name: RUN_EVENTS[row.type],
    run_id: row.subject_id,
    task_id: typeof task_id === 'string' ? task_id : null,
    from_status: row.from_status,
    to_status: row.to_status,
    actor: row.actor,
    actor_type: row.actor_type,
    actor_name: row.actor_name,
    reason: row.reason,
    data: data as RunEventResource['data'],
    timestamp: row.at,
    hash: row.hash,
  };
}
