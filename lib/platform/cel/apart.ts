import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '@/lib/domain/errors';
import type { PolicyType, RuleVerdict } from '@/lib/domain/policy';
import { logger } from '../logger';
import { perProcess } from '../process-wide';
import type { Draft, Examined } from './examine';
import { THREAD_SOURCE } from './generated/thread';
import type { JudgedSet } from './judge';
import type { RuleInput } from './plan';
import type { Said, Task } from './thread';

/**
 * One draft, or one evaluation, may take so long once its thread has begun with it (DESIGN §7). On a machine that has no time for the thread
 * that is nobody's fault: the process must have had that much of the processor too. A second is the end in any case.
 */
const JUDGING_LIMIT_MS = 100;
const PATIENCE_MS = 1000;
const WATCH_MS = 10;
/** Calls that wait for a thread, in the process and of one tenant. Beyond it callers are told to come back. */
const MAX_WAITING = 64;
const MAX_WAITING_OF_ONE = 16;
/** A call with many drafts gives way to others after so many. */
const DRAFTS_AT_A_TIME = 20;
/** Drafts that take too long are looked for until so many are found: each costs a thread. */
const MAX_SLOW = 3;
/** Enough for what it remembers (`MAX_READINGS`, `MAX_SETS`): where it is short, collecting what is not needed takes all the time there is. */
const MEMORY = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 };

/** What became of an item that was ended instead of answered. */
export type Ended = 'too slow';

interface Job {
  id: number;
  owner: string;
  task: Task;
  answers: unknown[];
  resolve: (result: { answers: unknown[]; ended: boolean }) => void;
  reject: (error: unknown) => void;
}

interface Thread {
  worker: Worker;
  /** Since when it has been at one thing, in nanoseconds of the machine's clock (0 when it is idle), and the process's processor time then. */
  clock: BigInt64Array;
  job: Job | null;
  isReady: boolean;
  sets: Set<string>;
}

interface Pool {
  threads: Thread[];
  waiting: Job[];
  lastId: number;
  watch: NodeJS.Timeout | null;
}

function pool(): Pool {
  return perProcess('cel-threads', () => ({ threads: [], waiting: [], lastId: 0, watch: null }));
}

/**
 * Checks drafts and tries them on both engines, in a thread that is ended when one of them takes longer than 100 ms; that one is answered
 * by `too slow`. After three of those the rest is left out (undefined).
 * @throws AppError `service/unavailable` when too many calls wait already.
 */
export async function examineApart(
  tenantId: string,
  drafts: readonly Draft[],
): Promise<(Examined | Ended | undefined)[]> {
  const found: (Examined | Ended | undefined)[] = [];
  let slow = 0;
  while (found.length < drafts.length && slow < MAX_SLOW) {
    const items = drafts.slice(found.length, found.length + DRAFTS_AT_A_TIME);
    const { answers, ended } = await run(tenantId, { kind: 'examine', items });
    found.push(...(answers as Examined[]));
    if (ended) {
      found.push('too slow');
      slow += 1;
    }
  }
  return drafts.map((_, index) => found[index]);
}

/**
 * What a set says to questions, judged in a thread of its own.
 * @throws AppError `policy-set/too-slow` when one answer takes longer than 100 ms; `service/unavailable` as above.
 */
export async function judgeApart(
  tenantId: string,
  { name, set }: { name: string; set: JudgedSet },
  items: readonly { policyType: PolicyType; input: RuleInput }[],
): Promise<RuleVerdict[]> {
  const { fallback, rules } = set;
  const { answers, ended } = await run(tenantId, { kind: 'judge', name, set: { fallback, rules }, items });
  if (ended) throw new AppError('policy-set/too-slow');
  return answers as RuleVerdict[];
}

/** Ends all threads; for shutdown and tests. What waits is refused. */
export async function stopThreads(): Promise<void> {
  const state = pool();
  const { threads } = state;
  state.threads = [];
  for (const job of [...state.waiting, ...threads.flatMap(({ job }) => job ?? [])]) job.reject(tooMany());
  state.waiting = [];
  await Promise.all(threads.map(({ worker }) => worker.terminate()));
}

function run(owner: string, task: Task): Promise<{ answers: unknown[]; ended: boolean }> {
  const state = pool();
  const own = state.waiting.filter((job) => job.owner === owner).length;
  if (state.waiting.length >= MAX_WAITING || own >= MAX_WAITING_OF_ONE) return Promise.reject(tooMany());
  return new Promise((resolve, reject) => {
    state.lastId += 1;
    state.waiting.push({ id: state.lastId, owner, task, answers: [], resolve, reject });
    // A thread too few is one that has been ended; with two cores the other belongs to everybody else.
    if (state.threads.length < Math.max(1, Math.min(2, availableParallelism() - 1))) startThread(state);
    assign(state);
  });
}

function tooMany(): AppError {
  return new AppError('service/unavailable', {
    detail: 'Too many drafts are being judged at the moment',
    retryAfterSeconds: 1,
  });
}

function startThread(state: Pool): void {
  const shared = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
  const worker = new Worker(THREAD_SOURCE, {
    eval: true,
    name: 'cel',
    workerData: shared,
    env: {},
    execArgv: [],
    resourceLimits: MEMORY,
  });
  const thread: Thread = { worker, clock: new BigInt64Array(shared), job: null, isReady: false, sets: new Set() };
  state.threads.push(thread);
  worker.on('message', (said: Said | { ready: true }) => hear(state, thread, said));
  // Out of memory, or a fault of ours: either way the thread is gone, and what it was at is not answered.
  worker.on('error', (error) => {
    logger().warn({ err: error }, 'a thread that judges drafts has failed');
    replace(state, thread);
  });
}

function hear(state: Pool, thread: Thread, said: Said | { ready: true }): void {
  if ('ready' in said) {
    thread.isReady = true;
    thread.worker.unref();
    assign(state);
    return;
  }
  const { job } = thread;
  if (job === null || said.job !== job.id) return;
  if ('unknownSet' in said) {
    if (job.task.kind === 'judge') thread.sets.delete(job.task.name);
    send(thread, job);
    return;
  }
  job.answers.push(said.answer);
  if (job.answers.length < job.task.items.length) return;
  release(thread);
  job.resolve({ answers: job.answers, ended: false });
  assign(state);
}

/** Gives what waits to the threads that are free. */
function assign(state: Pool): void {
  for (const thread of state.threads) {
    if (!thread.isReady || thread.job !== null) continue;
    const job = state.waiting.shift();
    if (job === undefined) break;
    thread.job = job;
    thread.worker.ref();
    send(thread, job);
  }
  state.watch ??= setInterval(() => watch(state), WATCH_MS);
}

function send({ worker, sets }: Thread, { id, task }: Job): void {
  const isKnown = task.kind === 'judge' && sets.has(task.name);
  if (task.kind === 'judge') sets.add(task.name);
  worker.postMessage({ job: id, task: isKnown ? { ...task, set: null } : task });
}

/** Ends the threads that have been at one thing for too long. Its time is the thread's own, whatever this one was busy with. */
function watch(state: Pool): void {
  const now = process.hrtime.bigint();
  const { user, system } = process.cpuUsage();
  const usedMs = (user + system) / 1000;
  for (const thread of [...state.threads]) {
    const since = Atomics.load(thread.clock, 0);
    const wallMs = since === 0n ? 0 : Number(now - since) / 1e6;
    const processorMs = usedMs - Number(Atomics.load(thread.clock, 1)) / 1000;
    if (wallMs <= JUDGING_LIMIT_MS || (wallMs <= PATIENCE_MS && processorMs <= JUDGING_LIMIT_MS)) continue;
    // What it has said meanwhile is heard first. If it is still at the same thing then, that is the thing that takes too long.
    setImmediate(() => {
      if (Atomics.load(thread.clock, 0) === since) replace(state, thread);
    });
  }
  if (state.waiting.length > 0 || state.threads.some(({ job }) => job !== null)) return;
  if (state.watch !== null) clearInterval(state.watch);
  state.watch = null;
}

function replace(state: Pool, thread: Thread): void {
  if (!state.threads.includes(thread)) return;
  state.threads = state.threads.filter((other) => other !== thread);
  const { job } = thread;
  release(thread);
  void thread.worker.terminate();
  job?.resolve({ answers: job.answers, ended: true });
  if (job !== null || state.waiting.length > 0) startThread(state);
}

function release(thread: Thread): void {
  thread.job = null;
  thread.worker.unref();
}
