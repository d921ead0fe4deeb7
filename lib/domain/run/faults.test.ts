import { expect, test } from 'vitest';
import { aGate, aTask } from './dag-builders';
import { findFaults } from './faults';

const KNOWN = new Set(['echo', 'http']);
const said = (...tasks: Parameters<typeof findFaults>[0][number][]) =>
  findFaults(tasks, KNOWN).map(({ pointer, detail }) => `${pointer}: ${detail}`);

test('a sound graph has no fault', () =>
  expect(said(aTask('a'), aGate('gate', ['a']), aTask('b', ['a', 'gate']))).toEqual([]));

test('every fault is named at once, each with its place', () => {
  const tasks = [
    aTask('a', ['ghost']),
    aTask('a', [], { workflowRef: 'shell' }),
    aGate('gate', ['a'], { onReject: { type: 'goto', taskId: 'nowhere' }, requiredSigners: ['ada'], minSignatures: 2 }),
  ];
  expect(said(...tasks)).toEqual([
    '/tasks/1/id: a is the id of task 0 already',
    '/tasks/0/depends_on/0: There is no task ghost',
    '/tasks/1/workflow_ref: There is no workflow shell; there is echo, http',
    '/tasks/2/on_reject/goto: There is no task nowhere',
    '/tasks/2/min_signatures: 2 signatures of 1 person cannot be had',
  ]);
});

test.each([
  ['itself', [aTask('a', ['a'])], 'a → a'],
  ['two', [aTask('a', ['b']), aTask('b', ['a'])], 'a → b → a'],
  [
    'three, with a tail before and behind',
    [aTask('t', ['a']), aTask('a', ['b']), aTask('b', ['c']), aTask('c', ['a', 'r']), aTask('r')],
    'a → b → c → a',
  ],
])('a cycle is named with its path: %s', (_, tasks, path) =>
  expect(said(...tasks)).toEqual([`/tasks: Tasks wait for each other: ${path}`]),
);

test('every group of tasks that wait for each other is named, and none twice', () => {
  const tasks = [
    aTask('tail', ['d']),
    aTask('a', ['b']),
    aTask('b', ['a', 'self']),
    aTask('c', ['a', 'd']),
    aTask('d', ['c']),
    aTask('self', ['self', 'free']),
    aTask('free'),
  ];
  expect(said(...tasks)).toEqual([
    '/tasks: Tasks wait for each other: a → b → a',
    '/tasks: Tasks wait for each other: c → d → c',
    '/tasks: Tasks wait for each other: self → self',
  ]);
});

test('an empty graph and one of ten thousand tasks are refused for what they are', () => {
  expect(said()).toEqual(['/tasks: There are no tasks']);
  const many = Array.from({ length: 10_000 }, (_, n) => aTask(`t${n}`, n === 0 ? [] : [`t${n - 1}`]));
  expect(said(...many)).toEqual(['/tasks: There are 10000 tasks; 500 is the most']);
});

test('a rejection goes on only to what depends on the checkpoint', () => {
  const gate = aGate('gate', ['a'], { onReject: { type: 'goto', taskId: 'a' } });
  expect(said(aTask('a'), gate)).toEqual(['/tasks/1/on_reject/goto: a does not depend on gate']);
});

test('signers are named once, and asked for no more signatures than they can give', () => {
  const gate = (requiredSigners: string[], minSignatures: number) =>
    said(aGate('gate', [], { requiredSigners, minSignatures }));
  expect(gate(['ada@acme.example', 'ben', ' ADA@acme.example'], 3)).toEqual([
    '/tasks/0/required_signers/2:  ADA@acme.example is named already',
  ]);
  expect(gate(['ada', 'ben'], 3)).toEqual(['/tasks/0/min_signatures: 3 signatures of 2 people cannot be had']);
  expect(gate(['Admin'], 2)).toEqual([]);
  expect(gate(['ada', 'operator'], 5)).toEqual([]);
});
