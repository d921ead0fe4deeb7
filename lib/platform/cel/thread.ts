/**
 * What runs in a thread of its own (`apart.ts`): drafts of conditions, and sets that do not decide. It is bundled into a text
 * (`generated/thread.ts`), because the process may be a bundle itself, a development server or a test. It has no environment, no files, and
 * nothing to lose.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { PolicyType } from '@/lib/domain/policy';
import { type Draft, examine } from './examine';
import { type JudgedSet, judge, planOf } from './judge';
import type { RuleInput } from './plan';

/** What a thread is asked: one answer for each item, in order. */
export type Task =
  | { kind: 'examine'; items: readonly Draft[] }
  | {
      kind: 'judge';
      /** A set never changes, so that its name is enough once the thread has seen it. */
      name: string;
      set: JudgedSet | null;
      items: readonly { policyType: PolicyType; input: RuleInput }[];
    };

/** What a thread says: the answer to one item, or that it does not know the set. */
export type Said = { job: number; index: number; answer: unknown } | { job: number; unknownSet: true };

/** Sets that a thread remembers: one of a thousand rules takes some 20 MB. */
const MAX_SETS = 6;

const sets = new Map<string, JudgedSet>();
const clock = new BigInt64Array(workerData as SharedArrayBuffer);

/** Notes when the thread begins with something, and what the process has taken of the processor by then. */
function begin(): void {
  const { user, system } = process.cpuUsage();
  Atomics.store(clock, 1, BigInt(user + system));
  Atomics.store(clock, 0, process.hrtime.bigint());
}

/** Says since when the thread has been at one thing: whoever watches ends it when that is too long. */
function within<T>(work: () => T): T {
  begin();
  try {
    return work();
  } finally {
    Atomics.store(clock, 0, 0n);
  }
}

function known(name: string, given: JudgedSet | null): JudgedSet | null {
  const set = sets.get(name) ?? given;
  if (set === null) return null;
  sets.delete(name);
  sets.set(name, set);
  const [oldest] = sets.keys();
  if (sets.size > MAX_SETS && oldest !== undefined) sets.delete(oldest);
  return set;
}

function work(job: number, task: Task): void {
  const say = (said: Said) => parentPort?.postMessage(said);
  if (task.kind === 'examine') {
    for (const [index, draft] of task.items.entries()) say({ job, index, answer: within(() => examine(draft)) });
    return;
  }
  const set = known(task.name, task.set);
  if (set === null) {
    say({ job, unknownSet: true });
    return;
  }
  // Each rule is compiled in a time of its own: a set may have a thousand.
  within(() => planOf(set, begin));
  for (const [index, { policyType, input }] of task.items.entries()) {
    say({ job, index, answer: within(() => judge(set, policyType, input)) });
  }
}

parentPort?.on('message', ({ job, task }: { job: number; task: Task }) => work(job, task));

// Both engines are slow the first time. That is nobody's fault, so it happens before anybody is kept to the time.
examine({
  when: "request.skill_id == 'a' && [1, 2].exists(x, x > 1) && request.skill_id.matches('^a+$') && now.getHours('UTC') >= 0",
  inputs: [
    {
      request: { policy_type: 'cost', skill_id: 'a', agent_id: '', payload: {} },
      cost: { known: false },
      actor: { id: '', name: '', role: '', level: 0, via: 'job' },
      tenant: { id: '' },
      flags: {},
      now: 0,
    },
  ],
});
parentPort?.postMessage({ ready: true });
