import { expect, test } from 'vitest';
import { aDag, aGate, aTask } from './dag-builders';
import type { DagDefinition } from './definition';
import { type Outputs, paramsOf } from './params';

/** What `end` of a definition receives. */
function received(
  dag: DagDefinition,
  params: Record<string, unknown>,
  outputs: Record<string, Record<string, unknown>>,
) {
  const task = dag.tasks.find(({ id }) => id === 'end') ?? aTask('end');
  const given: Outputs = new Map(Object.entries(outputs));
  return paramsOf(dag, task, params, given);
}

test('a task receives what the run was started with, outputs upstream, and what is said of itself', () => {
  const dag = aDag(aTask('a'), aTask('b', ['a']), aTask('beside'), aTask('end', ['b'], { params: { who: 'end' } }));
  const outputs = { a: { x: 1 }, b: { x: 2 }, beside: { x: 3 } };
  expect(received(dag, { who: 'run', n: 7 }, outputs)).toEqual({ who: 'end', n: 7, a__x: 1, b__x: 2 });
});

test('what a run was started with is never taken for an output, not even of a task that gave none', () => {
  const dag = aDag(aGate('gate'), aTask('beside'), aTask('end', ['gate']));
  const forged = { gate__limit: 99, beside__x: 1, gate_: 2, gate___limit: 3, other__limit: 4 };
  expect(received(dag, forged, { gate: { approved_by: 'ada' } })).toEqual({
    gate__approved_by: 'ada',
    gate_: 2,
    other__limit: 4,
  });
});

test('what a task only gives back is not passed on twice', () => {
  const dag = aDag(aTask('a'), aTask('b', ['a']), aTask('c', ['b']), aTask('end', ['c']));
  const outputs = {
    a: { x: { y: [1, 2], z: null } },
    b: { a__x: { z: null, y: [1, 2] } },
    c: { a__x: { y: [1, 2], z: null } },
  };
  expect(received(dag, {}, outputs)).toEqual({ a__x: { y: [1, 2], z: null } });
});

test('what a task says under such a name by itself is passed on', () => {
  const dag = aDag(aTask('up'), aTask('work', ['up']), aTask('beside'), aTask('end', ['work', 'beside']));
  const outputs = { up: { total: 5 }, work: { up__total: 6, up__other: 7, beside__x: 1 }, beside: { x: 1 } };
  expect(received(dag, {}, outputs)).toEqual({
    up__total: 5,
    work__up__total: 6,
    work__up__other: 7,
    work__beside__x: 1,
    beside__x: 1,
  });
});
