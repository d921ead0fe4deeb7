import { expect, test } from 'vitest';
import { aDag, aGate, aTask } from './dag-builders';
import type { TaskDefinition } from './definition';
import { findRiskyPaths } from './lint';

const pay = (...dependsOn: string[]) => aTask('pay', dependsOn, { risk: 'high' });
const ways = (...tasks: TaskDefinition[]) =>
  findRiskyPaths(aDag(...tasks), 3).map(({ path, afterRejectionOf }) => [path.join(' → '), afterRejectionOf]);

test('a risky task with a checkpoint of the level upstream is guarded, whichever way leads there', () => {
  expect(ways(aGate('gate', [], { requiredLevel: 3 }), aTask('prepare'), pay('gate', 'prepare'))).toEqual([]);
  expect(ways(aGate('gate', [], { requiredLevel: 4 }), aTask('a', ['gate']), aTask('b', ['a']), pay('b'))).toEqual([]);
});

test('without one, the way is named', () => {
  expect(ways(aTask('a'), aTask('b', ['a']), pay('b'))).toEqual([['a → b → pay', null]]);
  expect(ways(aGate('gate', [], { requiredLevel: 2 }), pay('gate'))).toEqual([['gate → pay', null]]);
});

test('a checkpoint that may be skipped does not guard', () =>
  expect(ways(aGate('gate', [], { requiredLevel: 5, when: 'params.big' }), pay('gate'))).toEqual([
    ['gate → pay', null],
  ]));

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
