import type { RunPlan, RunResource, StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId } from '@/lib/platform/crypto';
import { findEmergencyStop, insertRun, type RunRow, tenantExists, toIdempotencyWrite } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { wakeWorkers } from '@/lib/platform/notify';
import { type Brought, planFor } from '../dags';
import { toEventActor } from '../requests';
import { advanceRun } from './advance';
import { readDagFor } from './dag-source';
import { toFirstEvent } from './event';
import { getRun } from './read';

/** What a run would do, in order; creates nothing. */
export async function planRun(actor: Actor, body: StartRunBody): Promise<RunPlan> {
  const { definition, version } = await readDagFor(actor, body);
  return planFor(definition, body.rejected, version);
}

/**
 * Starts a run: it executes the definition as it is now, whatever becomes of it meanwhile. The run and its first event are written in one
 * statement; then it goes as far as it goes by itself, here or, if this process is killed, in any worker.
 * @throws AppError `input/invalid` with every fault of the definition, `dag/not-found`, `policy/emergency-stop`, `auth/invalid-key`,
 *   `tenant/not-found`.
 */
export async function startRun(actor: Actor, body: StartRunBody, call: Call): Promise<RunResource> {
  const dag = await readDagFor(actor, body);
  const runId = newId('run');
  await writeFirst(actor, runId, dag, body.params, call);
  wakeWorkers();
  try {
    await advanceRun('countersign_hot', actor.tenantId, runId);
  } catch (error) {
    // It is there, and a worker goes on with it: whoever started it need not try again.
    logger().warn({ err: error, run_id: runId }, 'a run did not get far by itself; the worker goes on with it');
  }
  return getRun(actor, runId);
}

async function writeFirst(
  actor: Actor,
  runId: string,
  { definition, version }: Brought,
  params: Record<string, unknown>,
  call: Call,
): Promise<void> {
  const run = { run_id: runId, tenant_id: actor.tenantId, trace_id: call.traceId };
  const data = { dag_name: definition.name, dag_version: version, tasks: definition.tasks.length };
  const written = await insertRun({
    runId,
    tenantId: actor.tenantId,
    dagName: definition.name,
    dagVersion: version,
    definition: JSON.stringify(definition),
    params: JSON.stringify(params),
    ...starterOf(actor),
    traceId: call.traceId,
    event: toFirstEvent(run, toEventActor(actor), data),
    idempotency: toIdempotencyWrite(actor, call),
  });
  if (written !== null) return;
  if (!(await tenantExists(actor.tenantId))) throw new AppError('tenant/not-found');
  if ((await findEmergencyStop(actor.tenantId))?.active) throw new AppError('policy/emergency-stop');
  throw new AppError('auth/invalid-key');
}

/** Who is excluded from deciding what the run asks for: the person, or whose key it is. */
function starterOf(actor: Actor): {
  requesterUserId: string | null;
  requesterKeyId: string | null;
  requesterKeyIssuerId: string | null;
  requesterName: RunRow['requester_name'];
} {
  return {
    requesterUserId: actor.via === 'api_key' ? actor.keyOwnerUserId : actor.userId,
    requesterKeyId: actor.keyId,
    requesterKeyIssuerId: actor.keyIssuerUserId,
    requesterName: actor.name,
  };
}
