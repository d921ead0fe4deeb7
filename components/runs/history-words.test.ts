import { expect, test } from 'vitest';
import type { RunEventResource } from '@/lib/contracts';
import { RUN_EVENTS, type RunEventType } from '@/lib/domain/run';
import { toHistory } from './history-words';

function anEvent(seq: number, type: RunEventType, over: Partial<RunEventResource> = {}): RunEventResource {
  return {
    event_id: `evt_${seq}`,
    seq,
    type,
    name: RUN_EVENTS[type],
    run_id: 'run_1',
    task_id: null,
    from_status: 'running',
    to_status: 'running',
    actor: 'runner',
    actor_type: 'job',
    actor_name: 'Runner',
    reason: null,
    data: {},
    timestamp: '2026-01-14T09:30:00.000Z',
    hash: '0',
    ...over,
  };
}

const ADA = { actor: 'usr_ada', actor_type: 'session', actor_name: 'Ada Okafor' };

test('a history reads as who or what, and what became of it, newest first', () => {
  const history = toHistory([
    anEvent(1, 'run.started', ADA),
    anEvent(2, 'run.task_succeeded', { task_id: 'sweep' }),
    anEvent(3, 'run.checkpoint_rejected', { task_id: 'agree', reason: 'It was rejected: too early' }),
    anEvent(4, 'run.failed', { reason: 'agree was rejected' }),
    anEvent(5, 'run.retried', { ...ADA, task_id: 'report', reason: 'The receiver is up again' }),
    anEvent(6, 'run.resumed', ADA),
    anEvent(7, 'run.resumed'),
  ]);
  expect(history.map(({ who, did, reason }) => [who, did, reason].filter(Boolean).join(' '))).toEqual([
    'The run went on',
    'The run went on, by Ada Okafor',
    'Ada Okafor tried it again, from report The receiver is up again',
    'The run failed agree was rejected',
    'agree was not approved It was rejected: too early',
    'sweep is done',
    'Ada Okafor started it',
  ]);
  expect(history.filter(({ isTask }) => isTask).map(({ who }) => who)).toEqual(['agree', 'sweep']);
});

test('a task that was over as it began is only said to be done', () => {
  const later = { timestamp: '2026-01-14T09:30:00.001Z' };
  const history = toHistory([
    anEvent(1, 'run.task_started', { task_id: 'compute' }),
    anEvent(2, 'run.task_succeeded', { task_id: 'compute' }),
    anEvent(3, 'run.task_started', { task_id: 'call' }),
    anEvent(4, 'run.task_succeeded', { task_id: 'call', ...later }),
    anEvent(5, 'run.task_started', { task_id: 'after', ...later }),
  ]);
  expect(history.map(({ who, did }) => `${who} ${did}`)).toEqual([
    'after began',
    'call is done',
    'call began',
    'compute is done',
  ]);
});
