import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aDag, aGate, aTask } from './dag-builders';
import type { DagDefinition, TaskDefinition } from './definition';
import { dependents, downstreamOf } from './graph';
import { findRiskyPaths } from './lint';
import { planRun } from './plan';

const pay = (...dependsOn: string[]) => aTask('pay', dependsOn, { risk: 'high' });
const ways = (...tasks: TaskDefinition[]) =>
  findRiskyPaths(aDag(...tasks), 3).map(({ path, afterRejectionOf }) => [
    path.join(' → '),
    afterRejectionOf.join(', '),
  ]);

test('a risky task with a checkpoint of the level upstream is guarded, whichever way leads there', () => {
  expect(ways(aGate('gate', [], { requiredLevel: 3 }), aTask('prepare'), pay('gate', 'prepare'))).toEqual([]);
  expect(ways(aGate('gate', [], { requiredLevel: 4 }), aTask('a', ['gate']), aTask('b', ['a']), pay('b'))).toEqual([]);
});

test('without one, the way is named', () => {
  expect(ways(aTask('a'), aTask('b', ['a']), pay('b'))).toEqual([['a → b → pay', '']]);
  expect(ways(aGate('gate', [], { requiredLevel: 2 }), pay('gate'))).toEqual([['gate → pay', '']]);
});

test('a checkpoint that may be skipped does not guard', () =>
  expect(ways(aGate('gate', [], { requiredLevel: 5, when: 'params.big' }), pay('gate'))).toEqual([['gate → pay', '']]));

test('a rejection that goes on past the checkpoint does not guard, unless another one stays on the way', () => {
  const gate = aGate('gate', [], { requiredLevel: 4, onReject: { type: 'goto', taskId: 'fallback' } });
  const fallback = aTask('fallback', ['gate']);
  expect(ways(gate, fallback, pay('fallback'))).toEqual([['gate → fallback → pay', 'gate']]);
  const second = aGate('second', ['fallback'], { requiredLevel: 4 });
  expect(ways(gate, fallback, second, pay('second'))).toEqual([]);
  const between = aGate('between', ['gate'], { requiredLevel: 4 });
  const direct = aGate('gate', [], { requiredLevel: 4, onReject: { type: 'goto', taskId: 'pay' } });
  expect(ways(direct, between, pay('between'))).toEqual([['gate → pay', 'gate']]);
});

const leap = (id: string, dependsOn: string[], taskId: string, requiredLevel = 5) =>
  aGate(id, dependsOn, { requiredLevel, onReject: { type: 'goto', taskId } });

test('two rejections together open a way that neither opens alone', () => {
  expect(ways(leap('a', [], 'pay'), leap('b', [], 'pay'), pay('a', 'b'))).toEqual([['a → pay', 'a, b']]);
  expect(ways(leap('a', [], 'pay'), aGate('b', [], { requiredLevel: 5 }), pay('a', 'b'))).toEqual([]);
  // Each leaps over a guard of its own.
  const [left, right] = [aGate('left', ['a'], { requiredLevel: 5 }), aGate('right', ['b'], { requiredLevel: 5 })];
  const fork = [leap('a', [], 'pay', 1), leap('b', [], 'pay', 1), left, right];
  expect(ways(...fork, pay('left', 'right'))).toEqual([['a → pay', 'a, b']]);
});

test('a checkpoint that a rejection skips cannot be rejected too', () => {
  const guard = aGate('guard', ['second'], { requiredLevel: 5 });
  expect(ways(leap('first', [], 'guard'), leap('second', ['first'], 'pay'), guard, pay('guard'))).toEqual([]);
});

/** Graphs of guards and others, each of them with whatever rejection; the last task is the risky one. */
const graph: fc.Arbitrary<DagDefinition> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('task', 'low', 'guard', 'guard', 'maybe'),
      on: fc.constantFrom('fail', 'skip', 'goto', 'goto', 'goto'),
      waits: fc.array(fc.nat(), { maxLength: 3 }),
      target: fc.nat(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((drafts) => {
    const shape = drafts.map(({ waits }, n) => ({
      id: `t${n}`,
      dependsOn: n === 0 ? [] : [...new Set(waits.map((at) => `t${at % n}`))],
    }));
    const end = { id: 'pay', dependsOn: shape.map(({ id }) => id) };
    const next = dependents([...shape, end]);
    const tasks = drafts.map(({ kind, on, target }, n): TaskDefinition => {
      const { id, dependsOn } = shape[n] ?? end;
      if (kind === 'task') return aTask(id, dependsOn);
      const below = [...downstreamOf(id, next)];
      const taskId = below[target % below.length] ?? 'pay';
      return aGate(id, dependsOn, {
        requiredLevel: kind === 'low' ? 1 : 5,
        when: kind === 'maybe' ? 'params.maybe' : null,
        onReject: on === 'goto' ? { type: 'goto', taskId } : { type: on },
      });
    });
    return { name: 'generated', maxParallel: null, tasks: [...tasks, aTask('pay', end.dependsOn, { risk: 'high' })] };
  });

/** Whether any rejections at all let the risky task run with no guard approved: every set of them is played through. */
function isReached({ tasks, ...dag }: DagDefinition): boolean {
  const gates = tasks.filter(({ type }) => type === 'checkpoint');
  return Array.from({ length: 2 ** gates.length }, (_, chosen) => {
    const rejected = new Set(gates.filter((_gate, n) => (chosen & (1 << n)) !== 0).map(({ id }) => id));
    const outcomes = new Map(
      planRun({ ...dag, tasks }, rejected).steps.map(({ taskId, outcome }) => [taskId, outcome]),
    );
    const guards = gates.filter((gate) => gate.type === 'checkpoint' && gate.when === null && gate.requiredLevel >= 3);
    return outcomes.get('pay') === 'runs' && guards.every(({ id }) => outcomes.get(id) !== 'approved');
  }).includes(true);
}

test('a task counts as guarded when no rejections whatever lead to it past its guards, and only then', () =>
  fc.assert(
    fc.property(graph, (dag) => {
      const found = findRiskyPaths(dag, 3);
      expect(found.length > 0).toBe(isReached(dag));
      for (const { afterRejectionOf } of found) {
        const outcomes = new Map(
          planRun(dag, new Set(afterRejectionOf)).steps.map(({ taskId, outcome }) => [taskId, outcome]),
        );
        expect(afterRejectionOf.map((id) => outcomes.get(id))).toEqual(afterRejectionOf.map(() => 'rejected'));
        expect(outcomes.get('pay')).toBe('runs');
        const guards = dag.tasks.filter(
          (task) => task.type === 'checkpoint' && task.when === null && task.requiredLevel >= 3,
        );
        expect(guards.filter(({ id }) => outcomes.get(id) === 'approved')).toEqual([]);
      }
    }),
    { numRuns: 500 },
  ));

test('the largest definitions are judged in a moment, whatever their rejections', () => {
  const chain = Array.from({ length: 250 }, (_, n) => leap(`g${n}`, n === 0 ? [] : [`g${n - 1}`], `g${n + 1}`));
  const guarded = [...chain.slice(0, -1), aGate('g249', ['g248'], { requiredLevel: 5 })];
  const risky = Array.from({ length: 250 }, (_, n) => aTask(`r${n}`, ['g249'], { risk: 'high' }));
  // Half of them lead on to the next, half of them past it.
  const knotted = Array.from({ length: 250 }, (_, n) =>
    leap(`g${n}`, n === 0 ? [] : [`g${n - 1}`], `g${Math.min(249, n + 1 + (n % 3))}`, n % 2 === 0 ? 1 : 5),
  );
  const beganMs = performance.now();
  expect(ways(...guarded, ...risky)).toEqual([]);
  ways(...knotted.slice(0, -1), aGate('g249', ['g248'], { requiredLevel: 5 }), ...risky);
  expect(performance.now() - beganMs).toBeLessThan(1500);
});
