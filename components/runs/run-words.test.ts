import { expect, test } from 'vitest';
import type { RunTaskResource } from '@/lib/contracts';
import { describeRun, runHref, skippedWords, taskToShow, tookWords, waitingWords } from './run-words';
import { isLive, toShownTasks, unreachedWords } from './task-state';

function aTask(id: string, status: RunTaskResource['status'], over: Partial<RunTaskResource> = {}): RunTaskResource {
  return {
    id,
    type: 'workflow',
    workflow_ref: 'echo',
    status,
    skipped_by: null,
    depends_on: [],
    risk: null,
    params: {},
    output: null,
    attempts: 1,
    error: null,
    request_id: null,
    started_at: null,
    next_attempt_at: null,
    finished_at: null,
    ...over,
  };
}

const SWEPT = aTask('sweep', 'succeeded');

test('a run says how far it is and what it waits for', () => {
  const said = (status: Parameters<typeof describeRun>[0]['status'], ...tasks: RunTaskResource[]) =>
    describeRun({ status, tasks });
  expect(said('paused', SWEPT, aTask('agree', 'waiting'), aTask('report', 'pending'))).toBe(
    '1 of 3 tasks are over. It waits for somebody at agree.',
  );
  expect(said('running', SWEPT, aTask('a', 'running'), aTask('b', 'running'), aTask('agree', 'waiting'))).toBe(
    '1 of 4 tasks are over. a and b run; agree waits for somebody.',
  );
  expect(said('running', SWEPT, aTask('a', 'pending'))).toBe('1 of 2 tasks are over. It goes on in a moment.');
  const later = { next_attempt_at: '2026-01-14T09:30:00.000Z' };
  const [queued, again] = [aTask('q', 'running', later), aTask('r', 'running', { ...later, error: 'Refused' })];
  expect(said('running', aTask('a', 'running'), queued, again)).toBe(
    '0 of 3 tasks are over. a runs; r is tried again later; q waits for a worker.',
  );
  expect(said('succeeded', SWEPT)).toBe('1 of 1 task is over.');
  expect(said('paused', ...['a', 'b', 'c', 'd'].map((id) => aTask(id, 'waiting')))).toBe(
    '0 of 4 tasks are over. It waits for somebody at a, b and 2 more.',
  );
});

test('what wants somebody is shown first, then what failed, then what runs', () => {
  const tasks = [SWEPT, aTask('a', 'running'), aTask('b', 'failed'), aTask('agree', 'waiting')];
  expect(taskToShow(tasks)).toBe('agree');
  expect(taskToShow(tasks.slice(0, 3))).toBe('b');
  expect(taskToShow(tasks.slice(0, 2))).toBe('a');
  expect(taskToShow([SWEPT])).toBeNull();
});

test('how long it took is as exact as it was short', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  expect(tookWords(at(0), at(12))).toBe('12 ms');
  expect(tookWords(at(0), at(1234))).toBe('1.2 s');
  expect(tookWords(at(0), at(75_000))).toBe('1 min');
  expect(tookWords(at(0), null)).toBeNull();
  expect(tookWords(at(0), at(0))).toBeNull();
});

test('a row names what it waits for, and a task why it was skipped', () => {
  expect(waitingWords({ waiting_for: [{ task_id: 'agree', request_id: 'req_1' }] })).toBe('at agree');
  expect(waitingWords({ waiting_for: [] })).toBeNull();
  expect(skippedWords({ skipped_by: 'condition' })).not.toBe(skippedWords({ skipped_by: 'rejection' }));
  expect((['running', 'paused', 'succeeded', 'failed', 'cancelled'] as const).filter(isLive)).toEqual([
    'running',
    'paused',
  ]);
});

test('a task that nobody came to says so once the run is over, and why', () => {
  const tasks = [
    aTask('look', 'succeeded'),
    aTask('agree', 'cancelled', { depends_on: ['look'] }),
    aTask('pay', 'failed', { depends_on: ['look'] }),
    aTask('book', 'pending', { depends_on: ['agree', 'pay'] }),
    aTask('mail', 'pending', { depends_on: ['book'] }),
    aTask('beside', 'pending', { depends_on: ['look'] }),
  ];
  const statesIn = (status: 'running' | 'failed') => toShownTasks({ tasks, status }).map(({ state }) => state);
  expect(statesIn('running').slice(3)).toEqual(['pending', 'pending', 'pending']);
  expect(statesIn('failed').slice(3)).toEqual(['unreached', 'unreached', 'unreached']);
  const shown = toShownTasks({ tasks, status: 'failed' });
  expect(unreachedWords(shown, 'mail')).toBe('The run did not come to this: agree was cancelled, pay failed.');
  expect(unreachedWords(shown, 'beside')).toBe('The run was over before it came to this.');
});

test('the address of a run may name one of its tasks', () => {
  expect([runHref('run_1'), runHref('run_1', 'sign off')]).toEqual(['/runs/run_1', '/runs/run_1?task=sign+off']);
});
