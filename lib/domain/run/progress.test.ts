import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aDag, aGate, aTask } from './dag-builders';
import type { DagDefinition, TaskDefinition } from './definition';
import { dependents, downstreamOf } from './graph';
import { planRun } from './plan';
import { readySteps, type Step, type StepStatus } from './progress';

type Given = Record<string, StepStatus | Partial<Step>>;
function at(given: Given): Map<string, Step> {
  return new Map(
    Object.entries(given).map(([taskId, step]) => [
      taskId,
      {
        taskId,
        status: 'pending',
        skippedBy: null,
        reason: null,
        ...(typeof step === 'string' ? { status: step } : step),
      },
    ]),
  );
}
const next = (dag: DagDefinition, given: Given = {}) => readySteps(dag, at(given));

const CHAIN = aDag(aTask('sweep'), aGate('gate', ['sweep']), aTask('report', ['gate']));

describe('a chain with a checkpoint', () => {
  test('begins at its beginning and goes on as what it waits for succeeds', () => {
    expect(next(CHAIN)).toEqual({ start: ['sweep'], skip: [], status: 'running', reason: null });
    expect(next(CHAIN, { sweep: 'running' })).toMatchObject({ start: [], status: 'running' });
    expect(next(CHAIN, { sweep: 'succeeded' })).toMatchObject({ start: ['gate'], status: 'running' });
    expect(next(CHAIN, { sweep: 'succeeded', gate: 'succeeded' })).toMatchObject({ start: ['report'] });
    expect(next(CHAIN, { sweep: 'succeeded', gate: 'succeeded', report: 'succeeded' })).toMatchObject({
      start: [],
      status: 'succeeded',
    });
  });
  test('is paused while somebody must decide', () =>
    expect(next(CHAIN, { sweep: 'succeeded', gate: 'waiting' })).toMatchObject({ start: [], status: 'paused' }));
  test('fails with the reason when it is rejected, or when a task fails', () => {
    const rejected = { status: 'rejected', reason: 'Too expensive' } as const;
    expect(next(CHAIN, { sweep: 'succeeded', gate: rejected })).toEqual({
      start: [],
      skip: [],
      status: 'failed',
      reason: 'Too expensive',
    });
    expect(next(CHAIN, { sweep: { status: 'failed', reason: 'Timed out' } })).toMatchObject({
      status: 'failed',
      reason: 'Timed out',
    });
  });
  test('a checkpoint that does not apply lets pass', () =>
    expect(next(CHAIN, { sweep: 'succeeded', gate: { status: 'skipped', skippedBy: 'condition' } })).toMatchObject({
      start: ['report'],
    }));
});

test('a failure lets what runs finish and begins nothing more', () => {
  const dag = aDag(aTask('a'), aTask('b'), aTask('c', ['b']));
  expect(next(dag, { a: { status: 'failed', reason: 'No' }, b: 'running' })).toMatchObject({
    start: [],
    status: 'running',
  });
  expect(next(dag, { a: { status: 'failed', reason: 'No' }, b: 'succeeded' })).toMatchObject({
    start: [],
    status: 'failed',
  });
});

test('at most as many run at once as the definition says; who only waits takes no place', () => {
  const dag = { ...aDag(aTask('a'), aTask('b'), aGate('gate'), aTask('c')), maxParallel: 2 };
  expect(next(dag).start).toEqual(['a', 'b', 'gate']);
  expect(next(dag, { a: 'running', gate: 'waiting' }).start).toEqual(['b']);
  expect(next(dag, { a: 'running', b: 'running', gate: 'waiting' }).start).toEqual([]);
});

describe('a rejection that does not fail the run', () => {
  const tasks = (onReject: 'skip' | 'goto') => [
    aGate('gate', [], { onReject: onReject === 'skip' ? { type: 'skip' } : { type: 'goto', taskId: 'refund' } }),
    aTask('pay', ['gate']),
    aTask('refund', ['pay']),
    aTask('report', ['refund']),
    aTask('beside'),
  ];
  test('skips what depends on it; the rest goes on', () => {
    const dag = aDag(...tasks('skip'));
    expect(next(dag, { gate: 'rejected' })).toEqual({
      start: ['beside'],
      skip: ['pay', 'refund', 'report'],
      status: 'running',
      reason: null,
    });
    expect(planRun(dag, new Set(['gate']))).toMatchObject({ status: 'succeeded' });
  });
  test('or goes on at the task that it names, past what lies between', () => {
    const dag = aDag(...tasks('goto'));
    expect(next(dag, { gate: 'rejected', beside: 'succeeded' })).toMatchObject({ start: ['refund'], skip: ['pay'] });
    expect(planRun(dag, new Set(['gate'])).steps.map(({ taskId, outcome }) => `${taskId} ${outcome}`)).toEqual([
      'gate rejected',
      'beside runs',
      'pay skipped',
      'refund runs',
      'report runs',
    ]);
  });
});

test('the plan of a run is what it would do, in order', () => {
  expect(planRun(CHAIN)).toEqual({
    steps: [
      { taskId: 'sweep', outcome: 'runs', conditional: false },
      { taskId: 'gate', outcome: 'approved', conditional: false },
      { taskId: 'report', outcome: 'runs', conditional: false },
    ],
    status: 'succeeded',
    reason: null,
  });
  expect(planRun(CHAIN, new Set(['gate']))).toMatchObject({ status: 'failed', reason: 'gate would be rejected' });
});

test('the plan of the largest definition is made in a moment, whatever is rejected', () => {
  const waits = (n: number) => Array.from({ length: Math.min(n, 10) }, (_, back) => `g${n - 1 - back}`);
  const gates = Array.from({ length: 500 }, (_, n) =>
    aGate(`g${n}`, waits(n), n < 499 ? { onReject: { type: 'goto', taskId: `g${n + 1}` } } : {}),
  );
  const beganMs = performance.now();
  const { steps } = planRun(aDag(...gates), new Set(gates.slice(0, 100).map(({ id }) => id)));
  expect(steps.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(100);
  expect(performance.now() - beganMs).toBeLessThan(3000);
});

const dag: fc.Arbitrary<DagDefinition> = fc
  .array(
    fc.record({
      gate: fc.boolean(),
      on: fc.constantFrom('fail', 'skip', 'goto'),
      waits: fc.array(fc.nat(), { maxLength: 3 }),
      target: fc.nat(),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .chain((drafts) =>
    fc.record({ maxParallel: fc.constantFrom(null, 1, 2) }).map(({ maxParallel }) => {
      const shape = drafts.map(({ waits }, n) => ({
        id: `t${n}`,
        dependsOn: n === 0 ? [] : [...new Set(waits.map((w) => `t${w % n}`))],
      }));
      const after = dependents(shape);
      const tasks = drafts.map(({ gate, on, target }, n): TaskDefinition => {
        const { id, dependsOn } = shape[n] ?? { id: '', dependsOn: [] };
        if (!gate) return aTask(id, dependsOn);
        const below = [...downstreamOf(id, after)];
        const taskId = below[target % Math.max(1, below.length)];
        if (on === 'goto' && taskId !== undefined) return aGate(id, dependsOn, { onReject: { type: 'goto', taskId } });
        return aGate(id, dependsOn, { onReject: { type: on === 'goto' ? 'fail' : on } });
      });
      return { name: 'generated', maxParallel, tasks };
    }),
  );

/** Plays a run with the endings that `fate` deals, one at a time and in its order, asking again after each. */
function play(given: DagDefinition, fate: () => number, seen: (started: string, progress: Map<string, Step>) => void) {
  const progress = new Map<string, Step>();
  const put = (taskId: string, over: Partial<Step>) =>
    progress.set(taskId, { taskId, status: 'pending', skippedBy: null, reason: null, ...over });
  for (let round = 0; round < 200; round++) {
    const advance = readySteps(given, progress);
    expect(readySteps(given, progress)).toEqual(advance);
    for (const id of advance.skip) put(id, { status: 'skipped', skippedBy: 'rejection' });
    for (const id of advance.start) {
      seen(id, progress);
      const isGate = given.tasks.find((task) => task.id === id)?.type === 'checkpoint';
      put(id, { status: isGate ? 'waiting' : 'running' });
    }
    const open = [...progress.values()].filter(({ status }) => status === 'running' || status === 'waiting');
    const one = open[fate() % Math.max(1, open.length)];
    if (one === undefined) {
      if (advance.start.length === 0 && advance.skip.length === 0) return { status: advance.status, progress };
      continue;
    }
    const good = fate() % 4 !== 0;
    put(one.taskId, { status: good ? 'succeeded' : one.status === 'waiting' ? 'rejected' : 'failed', reason: 'fate' });
  }
  throw new Error('the run does not end');
}

describe('whatever the graph and whatever becomes of its tasks', () => {
  const fates = fc.infiniteStream(fc.nat({ max: 1000 }));
  const dealer = (stream: Iterator<number>) => () => stream.next().value as number;

  test('every run ends, succeeded or failed, and asking twice says the same', () =>
    fc.assert(
      fc.property(dag, fates, (given, stream) => {
        expect(['succeeded', 'failed']).toContain(play(given, dealer(stream[Symbol.iterator]()), () => {}).status);
      }),
    ));

  test('nothing begins past an open checkpoint, and past a rejected one only what it goes to', () =>
    fc.assert(
      fc.property(dag, fates, (given, stream) => {
        const after = dependents(given.tasks);
        play(given, dealer(stream[Symbol.iterator]()), (started, progress) => {
          for (const task of given.tasks) {
            if (task.type !== 'checkpoint' || !downstreamOf(task.id, after).has(started)) continue;
            const status = progress.get(task.id)?.status ?? 'pending';
            if (status === 'rejected') {
              expect(task.onReject.type).toBe('goto');
              const target = task.onReject.type === 'goto' ? task.onReject.taskId : '';
              expect(started === target || downstreamOf(target, after).has(started)).toBe(true);
            } else if (!isBypassed(given, progress, task.id, started, after)) expect(status).toBe('succeeded');
          }
        });
      }),
      { numRuns: 2000 },
    ));
});

/** Whether a rejection upstream of a checkpoint leads past it: then it is skipped. */
function isBypassed(
  given: DagDefinition,
  progress: ReadonlyMap<string, Step>,
  gate: string,
  started: string,
  after: ReadonlyMap<string, readonly string[]>,
): boolean {
  const isSkipped = progress.get(gate)?.skippedBy === 'rejection' || progress.get(gate) === undefined;
  return (
    isSkipped &&
    given.tasks.some((task) => {
      if (task.type !== 'checkpoint' || task.onReject.type !== 'goto') return false;
      if (progress.get(task.id)?.status !== 'rejected' || !downstreamOf(task.id, after).has(gate)) return false;
      const { taskId } = task.onReject;
      const kept = new Set([taskId, ...downstreamOf(taskId, after)]);
      return kept.has(started) && !kept.has(gate);
    })
  );
}
