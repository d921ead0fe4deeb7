import { expect, test } from 'vitest';
import { anEvent, aResource, aVote } from './fixtures';
import { toTimeline } from './timeline-words';

const person = { actor: 'usr_oz', actor_type: 'session', actor_id: 'usr_oz', actor_name: 'Oz Demir' } as const;
const at = (minute: number) => `2026-01-14T09:${minute}:00.000Z`;

function read(request: Parameters<typeof aResource>[0]): string[] {
  return toTimeline(aResource(request)).map(({ who, did, said, because }) =>
    [who, did, said && `“${said}”`, because && `(${because})`].filter(Boolean).join(' '),
  );
}

test('the history reads as sentences, newest first', () => {
  const seen = read({
    status: 'approved',
    approvers: [aVote('Oz Demir', { level: 2, at: at(41) }), aVote('Ada Okafor', { level: 4, at: at(45) })],
    status_history: [
      anEvent({ reason: 'Invoice 4711' }),
      anEvent({
        seq: 2,
        event: 'approval.escalated',
        actor: 'escalation_worker',
        actor_type: 'job',
        actor_name: 'Escalation',
        to_status: 'escalated',
        reason: 'Nobody decided within 5 min',
        escalation: { to: 'finance-leads', required_level: 4 },
        timestamp: at(35),
      }),
      anEvent({ seq: 3, event: 'approval.commented', ...person, reason: 'March or April?', timestamp: at(40) }),
      anEvent({
        seq: 4,
        event: 'approval.review_recorded',
        ...person,
        reason: 'Invoice matches the order',
        timestamp: at(41),
      }),
      anEvent({
        seq: 5,
        event: 'approval.approved',
        ...person,
        actor_name: 'Ada Okafor',
        to_status: 'approved',
        timestamp: at(45),
      }),
    ],
  });
  expect(seen).toEqual([
    'Ada Okafor signed at level 4 and approved it',
    'Oz Demir signed at level 2 “Invoice matches the order”',
    'Oz Demir commented “March or April?”',
    'Escalation escalated it to finance-leads at level 4 (Nobody decided within 5 min)',
    'billing-bot asked, with key “billing”',
  ]);
});

test('policy, the clock and who takes it back have their own words', () => {
  const policy = { actor: 'policy', actor_type: 'policy', actor_id: 'policy', actor_name: 'Policy' } as const;
  const asked = anEvent({ ...person });
  expect(
    read({
      status_history: [asked, anEvent({ seq: 2, event: 'approval.approved', ...policy, reason: 'Below the limit' })],
    }),
  ).toEqual(['Policy allowed it (Below the limit)', 'Oz Demir asked']);
  expect(read({ status_history: [anEvent({ event: 'approval.rejected', ...policy })] })).toEqual(['Policy refused it']);
  expect(
    read({ status_history: [anEvent({ event: 'approval.expired', actor_type: 'job', actor_name: 'Expiry' })] }),
  ).toEqual(['Time ran out']);
  expect(read({ status_history: [asked, anEvent({ seq: 2, event: 'approval.cancelled', ...person })] })[0]).toBe(
    'Oz Demir took it back',
  );
  expect(
    read({
      status_history: [
        asked,
        anEvent({ seq: 2, event: 'approval.cancelled', ...person, actor: 'usr_ada', actor_name: 'Ada' }),
      ],
    })[0],
  ).toBe('Ada cancelled it');
});

test('a decision that a bridge brought is the person’s, and says how it came', () => {
  const seen = read({
    approvers: [aVote('Oz Demir', { on_behalf: true, level: 2, at: at(41) })],
    status_history: [anEvent({ event: 'approval.review_recorded', actor_name: 'Oz Demir', timestamp: at(41) })],
  });
  expect(seen).toEqual(['Oz Demir signed, through a bridge, at level 2']);
});

test('a key without a name for who asks shows the credential’s name, never its id', () => {
  expect(read({ status_history: [anEvent({ actor: 'key_01JF', actor_name: 'ci' })] })).toEqual([
    'ci asked, with key “ci”',
  ]);
});
