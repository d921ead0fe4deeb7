import { isOpen } from '@/lib/domain/approval';
import { type DagDefinition, readySteps, type TaskDefinition } from '@/lib/domain/run';
import { spread, takeTurns, workedMs } from '@/lib/platform/clock';
import { type DatabaseRole, findRun, type RunRow, type StepRow, type StepWrite, writeRun } from '@/lib/platform/db';
import { wakeWorkers } from '@/lib/platform/notify';
import type { EventActor } from '../requests';
import { askFor } from './ask';
import { type Begun, beginTask, heldBy, roomBeside } from './begin';
import { type History, historyFrom, RUNNER } from './event';
import { settleWaiting } from './settle-waiting';
import { definitionOf, outputsOf, paramsFor, progressOf, toStepWrite, withdrawn } from './state';

/** How often a run is read and decided again because it moved between the two. */
const MAX_ATTEMPTS = 32;
const SPREAD_FROM = 4;
const SPREAD_MS = 4;
/** How often a run is looked at again because what it asked for was decided at once. */
const MAX_ROUNDS = 600;
/** How much of the processor tasks may take, in milliseconds, before what has come of them is written and other runs take their turn. */
const COMPUTE_MS = 250;

const OVER: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** How far a run was moved. */
export interface Advanced {
  /** Whether it could go on at once: its tasks compute much, and a worker comes back to it after others. */
  unfinished: boolean;
  /** The approved checkpoints that this call moved it past; of several calls at once, one did. */
  passed: ReadonlySet<string>;
}

/**
 * Moves a run as far as it goes by itself: settles what was decided or has timed out, begins what is ready, ends what is done. Everything
 * is decided from rows and written with the position that was read, so a lost or doubled call does nothing bad, and any process goes on
 * where another was killed.
 * @param who is said to have resumed it, where it was paused.
 */
export async function advanceRun(
  role: DatabaseRole,
  tenantId: string,
  runId: string,
  who: EventActor = RUNNER,
): Promise<Advanced> {
  const passed = new Set<string>();
  let lost = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const run = await findRun(role, tenantId, runId);
    if (run === null || OVER.includes(run.status)) return { unfinished: false, passed };
    const { steps, history, asked, unfinished, next } = await decideRun(run, who);
    const written = await writeRun(role, {
      run_id: runId,
      tenant_id: tenantId,
      seq: run.seq,
      status: next.status,
      reason: next.reason,
      finishes: OVER.includes(next.status),
      // What was asked may be decided already, and nobody was told: the step was not there yet.
      advanced: !asked && !unfinished,
      steps,
      events: history.events,
    });
    if (written === null) {
      lost += 1;
      if (lost >= MAX_ATTEMPTS) return { unfinished: false, passed };
      if (lost >= SPREAD_FROM) await spread(lost * SPREAD_MS);
      continue;
    }
    if (history.events.length > 0) wakeWorkers();
    for (const { type, data } of history.events) {
      if (type === 'run.checkpoint_approved') passed.add(String(data.task_id));
    }
    if (unfinished || !asked) return { unfinished, passed };
  }
  return { unfinished: false, passed };
}

interface DecidedRun {
  steps: StepWrite[];
  history: History;
  /** Whether something was asked of somebody. */
  asked: boolean;
  /** Whether it could go on now, and others come first. */
  unfinished: boolean;
  next: { status: RunRow['status']; reason: string | null };
}

/** What becomes of a run now. Reads the run it is given, and writes nothing but the requests that its checkpoints wait for. */
async function decideRun(run: RunRow, who: EventActor): Promise<DecidedRun> {
  const dag = definitionOf(run);
  const tasks = new Map(dag.tasks.map((task) => [task.id, task]));
  const history = historyFrom(run, who);
  const written = new Map<string, StepWrite>();
  const current = new Map<string, Pick<StepRow, 'task_id' | 'status' | 'skipped_by' | 'error' | 'params' | 'output'>>(
    run.steps.map((step) => [step.task_id, step]),
  );
  const put = (step: StepWrite) => {
    written.set(step.task_id, step);
    current.set(step.task_id, step);
  };
  let asked = false;
  let room = roomBeside(run.steps);
  const turn = takeTurns();
  let computedMs = 0;
  const begin = async (task: TaskDefinition, attempt: number) => {
    const params = paramsFor(dag, task, run, outputsOf([...current.values()]));
    const before = current.get(task.id);
    // What begins anew takes the place of what it was.
    if (before !== undefined) room += heldBy(before);
    if (turn.isOver()) await turn.next();
    const beforeMs = workedMs();
    const atOnce = await beginTask(run, task, params, attempt, room);
    computedMs += workedMs() - beforeMs;
    const begun = atOnce ?? (await askFor(run, task, params, attempt));
    room -= heldBy(begun.step);
    return begun;
  };
  for (const step of run.steps) {
    const task = tasks.get(step.task_id);
    if (task === undefined) continue;
    const settled =
      isReopened(step) || isWithdrawn(step) ? await begin(task, step.attempts + 1) : settleOpen(run, step, task);
    if (settled === null) continue;
    asked ||= settled.step.status === 'waiting';
    put(settled.step);
    for (const happened of settled.happened) history.note(happened);
  }
  for (;;) {
    const { start, skip, status, reason } = readySteps(dag, progressOf([...current.values()]));
    if (start.length === 0 && skip.length === 0) {
      conclude(run, dag, history, status, reason, [...current.values()]);
      // Nobody has to decide any more what a failed run still waits for.
      if (status === 'failed') for (const step of waitingIn(run, written)) put(step);
      return { steps: [...written.values()], history, asked, unfinished: false, next: { status, reason } };
    }
    if (history.status() === 'paused') history.note({ type: 'run.resumed' }, 'running');
    for (const id of skip) put(skipped(tasks, id, history));
    for (const id of start) {
      const task = tasks.get(id);
      if (task === undefined) continue;
      const begun = await begin(task, 1);
      asked ||= begun.step.status === 'waiting';
      put(begun.step);
      for (const happened of begun.happened) history.note(happened);
      // Nothing begins once the run has failed.
      if (begun.step.status === 'failed') break;
      if (computedMs >= COMPUTE_MS) {
        return {
          steps: [...written.values()],
          history,
          asked,
          unfinished: true,
          next: { status: 'running', reason: null },
        };
      }
    }
  }
}

/** Whether a step is to begin again: somebody tries it again by hand. What a worker may take has a time from which it may. */
function isReopened({ status, next_attempt_at, leased_until }: StepRow): boolean {
  return status === 'running' && next_attempt_at === null && leased_until === null;
}

/** Whether what a step waits for was withdrawn when its run had ended; the run goes on, so it is asked again. */
function isWithdrawn({ status, request }: StepRow): boolean {
  return status === 'waiting' && request?.status === 'cancelled' && request.resolved_by === RUNNER.actor;
}

/** What a run that has failed takes along: what it waits for, asked before or just now. */
function waitingIn(run: RunRow, written: ReadonlyMap<string, StepWrite>): StepWrite[] {
  const error = 'The run failed before this was decided';
  const before = run.steps.flatMap((step) => (written.has(step.task_id) ? [] : (withdrawn(step, error) ?? [])));
  const now = [...written.values()].filter(({ status }) => status === 'waiting');
  return [...before, ...now.map((step): StepWrite => ({ ...step, status: 'cancelled', error, finishes: true }))];
}

/** What becomes of a step that is open: decided, or out of time. Null: it stays as it is. */
function settleOpen(run: RunRow, step: StepRow, task: TaskDefinition): Begun | null {
  if (step.status === 'waiting' && step.request !== null && !isOpen(step.request.status)) {
    return settleWaiting(step, step.request);
  }
  const isLate = step.times_out_at !== null && Date.parse(step.times_out_at) <= run.at.getTime();
  if (step.status !== 'running' || !isLate) return null;
  const error = `It took longer than ${task.timeoutSeconds} seconds`;
  return {
    step: { ...toStepWrite(step), status: 'failed', error, finishes: true },
    happened: [{ type: 'run.task_failed', taskId: task.id, reason: error }],
  };
}

function skipped(tasks: ReadonlyMap<string, TaskDefinition>, id: string, history: History): StepWrite {
  const task = tasks.get(id);
  const reason = 'Something before it was rejected';
  history.note({ type: 'run.task_skipped', taskId: id, reason });
  return {
    task_id: id,
    type: task?.type ?? 'workflow',
    workflow_ref: task?.type === 'workflow' ? task.workflowRef : null,
    status: 'skipped',
    skipped_by: 'rejection',
    attempts: 0,
    params: {},
    output: null,
    error: null,
    request_id: null,
    due_in_seconds: null,
    times_out_in_seconds: null,
    fence: null,
    finishes: true,
  };
}

const ENDINGS = { succeeded: 'run.succeeded', failed: 'run.failed' } as const;

/** Notes where the run stands now, where that is news. */
function conclude(
  run: RunRow,
  dag: DagDefinition,
  history: History,
  status: 'running' | 'paused' | 'succeeded' | 'failed',
  reason: string | null,
  steps: readonly Pick<StepRow, 'task_id' | 'status'>[],
): void {
  if (history.status() === status) return;
  if (status === 'succeeded' || status === 'failed') {
    history.note({ type: ENDINGS[status], reason, data: { status } }, status);
    return;
  }
  if (status === 'running') {
    history.note({ type: 'run.resumed' }, 'running');
    return;
  }
  const waiting = new Set(steps.flatMap((step) => (step.status === 'waiting' ? [step.task_id] : [])));
  const task = dag.tasks.find(({ id }) => waiting.has(id));
  history.note(
    { type: 'run.paused', ...(task === undefined ? {} : { taskId: task.id }), data: { run_id: run.run_id } },
    'paused',
  );
}
