import { newId } from '@/lib/platform/crypto';
import { toUnavailable } from '@/lib/platform/db';
import { type ClaimedStep, claimSteps, extendSteps, listLostSteps, releaseSteps } from '@/lib/platform/db/worker';
import type { GuardedClient } from '@/lib/platform/http-client';
import { logger } from '@/lib/platform/logger';
import { openWorkflowSecret } from '../secrets';
import { idempotencyKeyOf } from './begin';
import { RUNNER } from './event';
import { type LeasedTask, settleTask } from './settle';
import { findWorkflow, WORKFLOWS, type WorkflowResult } from './workflows';

export interface TaskRunnerOptions {
  client: Pick<GuardedClient, 'send'>;
  /** Tasks at once, in all and of one tenant. */
  concurrency?: number;
  perTenant?: number;
  /** What a dead worker held is taken up again after it; a living one extends it every quarter of it. */
  leaseSeconds?: number;
  /** How often to look though nothing said that there is something. */
  pollMs?: number;
}

export interface TaskRunner {
  /** Looks for what is due, now. */
  poke: () => void;
  /** Takes nothing more, lets what is under way finish for so long, and gives back the rest. */
  stop: (graceMs: number) => Promise<void>;
}

/** A task that was taken up so many times more often than it was attempted ends the process that takes it up. */
const MAX_LOST_LEASES = 20;
const LOST_BATCH = 100;
/** After something of ours failed (the database, say) the attempt is made again so much later. */
const RELEASE_SECONDS = 1;
const SETTLE_PAUSES_MS = [100, 250, 500, 1000, 2000, 4000, 4000, 4000];

interface UnderWay {
  claim: ClaimedStep;
  abort: AbortController;
  done: Promise<void>;
}

interface State {
  options: Required<TaskRunnerOptions>;
  worker: string;
  /** By run, task and lease. */
  underWay: Map<string, UnderWay>;
  /** Leases that this process will not use, to be given back when it stops. */
  givenUp: ClaimedStep[];
  timer: NodeJS.Timeout | null;
  looking: Promise<void> | null;
  again: boolean;
  stopped: boolean;
}

const LEASED = Object.entries(WORKFLOWS).flatMap(([name, { kind }]) => (kind === 'leased' ? [name] : []));

/**
 * Does tasks of workflows that have effects elsewhere, when they are due: woken by whoever makes one due, else by a poll. Any number of
 * them, in any number of processes, share the work. What a killed one held is taken up again when its lease runs out.
 */
export function startTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const state: State = {
    options: { concurrency: 64, perTenant: 16, leaseSeconds: 20, pollMs: 500, ...options },
    worker: newId('worker'),
    underWay: new Map(),
    givenUp: [],
    timer: null,
    looking: null,
    again: false,
    stopped: false,
  };
  const heart = setInterval(() => void extend(state), (state.options.leaseSeconds * 1000) / 4);
  look(state);
  return { poke: () => look(state), stop: (graceMs) => stop(state, heart, graceMs) };
}

function look(state: State): void {
  if (state.stopped) return;
  if (state.looking !== null) {
    state.again = true;
    return;
  }
  if (state.timer !== null) clearTimeout(state.timer);
  state.looking = takeWhileAsked(state).then(() => {
    state.looking = null;
    if (!state.stopped) state.timer = setTimeout(() => look(state), state.options.pollMs);
  });
}

async function takeWhileAsked(state: State): Promise<void> {
  try {
    do {
      state.again = false;
      await settleLost();
      await take(state);
    } while (state.again && !state.stopped);
  } catch (error) {
    logger().warn({ err: error }, 'tasks could not be taken; trying again');
  }
}

async function take(state: State): Promise<void> {
  const { concurrency, perTenant, leaseSeconds } = state.options;
  const limit = concurrency - state.underWay.size;
  // When one ends, that is a reason to look.
  if (limit <= 0) return;
  const inFlight: Record<string, number> = {};
  for (const { claim } of state.underWay.values()) inFlight[claim.tenant_id] = (inFlight[claim.tenant_id] ?? 0) + 1;
  const claims = await claimSteps({
    workflows: LEASED,
    worker: state.worker,
    limit,
    perTenant,
    inFlight,
    leaseSeconds,
  });
  for (const claim of claims) {
    if (state.stopped) state.givenUp.push(claim);
    else begin(state, claim);
  }
}

function begin(state: State, claim: ClaimedStep): void {
  const abort = new AbortController();
  const key = keyOf(claim);
  const done = work(state, claim, abort.signal)
    .catch((error: unknown) => logger().error({ err: error, ...placeOf(claim) }, 'a task could not be done'))
    .then(() => {
      state.underWay.delete(key);
      look(state);
    });
  state.underWay.set(key, { claim, abort, done });
}

async function work(state: State, claim: ClaimedStep, ending: AbortSignal): Promise<void> {
  const late =
    claim.times_out_in_ms === null ? null : AbortSignal.timeout(Math.max(0, Math.ceil(claim.times_out_in_ms)));
  const signal = late === null ? ending : AbortSignal.any([ending, late]);
  let result: WorkflowResult;
  try {
    result = await run(state, claim, signal);
  } catch (error) {
    // Nothing was said of the task itself: the attempt is made again.
    const line = { err: error, ...placeOf(claim) };
    if (toUnavailable(error) === null)
      logger().error(line, 'a workflow failed by our own fault; the task is taken up again');
    await releaseSteps([claim], RELEASE_SECONDS);
    return;
  }
  if (signal.aborted && !result.ok) {
    // Given up on purpose. Whoever ended it says what becomes of it: time-outs fail the task, a stop hands it on.
    if (state.stopped && ending.aborted) state.givenUp.push(claim);
    return;
  }
  const place = { tenantId: claim.tenant_id, runId: claim.run_id, taskId: claim.task_id, fence: BigInt(claim.fence) };
  const settled = await settle(place, result, ending);
  if (settled === 'stale') logger().warn(placeOf(claim), 'this task has passed on, or is over; its result is refused');
}

/** Writes a result, again and again while it may: a database that is away for a moment must not make somebody hear twice. */
async function settle(place: LeasedTask, result: WorkflowResult, ending: AbortSignal): Promise<'settled' | 'stale'> {
  for (let tries = 0; ; tries++) {
    try {
      return await settleTask('countersign_worker', place, result, RUNNER);
    } catch (error) {
      const pauseMs = SETTLE_PAUSES_MS[tries];
      if (pauseMs === undefined || ending.aborted || toUnavailable(error) === null) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function run(state: State, claim: ClaimedStep, signal: AbortSignal): Promise<WorkflowResult> {
  const workflow = findWorkflow(claim.workflow_ref);
  if (workflow?.kind !== 'leased') throw new Error(`${claim.workflow_ref} is not a workflow that is leased`);
  const { tenant_id: tenantId, run_id: runId, task_id: taskId, params, own, attempts: attempt } = claim;
  return workflow.run({
    tenantId,
    runId,
    taskId,
    params,
    own,
    attempt,
    idempotencyKey: idempotencyKeyOf(runId, taskId),
    signal,
    client: state.options.client,
    openSecret: (name) => openWorkflowSecret(tenantId, name),
  });
}

/** Extends the leases of what is under way, and gives up what has passed to somebody else or is over: a cancelled run stops here. */
async function extend(state: State): Promise<void> {
  const held = [...state.underWay.values()];
  if (held.length === 0) return;
  try {
    const kept = await extendSteps(
      held.map(({ claim }) => claim),
      state.options.leaseSeconds,
    );
    const keys = new Set(kept.map(keyOf));
    for (const { claim, abort } of held) if (!keys.has(keyOf(claim))) abort.abort();
  } catch (error) {
    logger().warn({ err: error }, 'leases could not be extended; trying again');
  }
}

/** Fails tasks whose worker was lost once too often. */
async function settleLost(): Promise<void> {
  for (const step of await listLostSteps(MAX_LOST_LEASES, LOST_BATCH)) {
    const place = { tenantId: step.tenant_id, runId: step.run_id, taskId: step.task_id, fence: BigInt(step.fence) };
    await settleTask('countersign_worker', place, { ok: false, error: 'Its worker was lost', final: true }, RUNNER);
  }
}

async function stop(state: State, heart: NodeJS.Timeout, graceMs: number): Promise<void> {
  state.stopped = true;
  if (state.timer !== null) clearTimeout(state.timer);
  await state.looking;
  const giveUp = setTimeout(() => {
    for (const { abort } of state.underWay.values()) abort.abort();
  }, graceMs);
  await Promise.all([...state.underWay.values()].map(({ done }) => done));
  clearTimeout(giveUp);
  clearInterval(heart);
  if (state.givenUp.length > 0) await releaseSteps(state.givenUp, 0);
}

function keyOf({ run_id, task_id, fence }: Pick<ClaimedStep, 'run_id' | 'task_id' | 'fence'>): string {
  return `${run_id}.${task_id}#${fence}`;
}

function placeOf({ tenant_id, run_id, task_id }: ClaimedStep) {
  return { tenant_id, run_id, task_id };
}
