import { describe, expect, test } from 'vitest';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import { actionsOn } from './actions';
import { anEvent, aResource, aViewer, aVote, EXPIRES_AT, eligible, NOW_MS } from './fixtures';

const ada = aViewer('Ada', 'admin', 4);
const oz = aViewer('Oz', 'operator', 2);
const vi = aViewer('Vi', 'viewer', 0);
const olga = aViewer('Olga', 'owner', 5);

const look = (request = aResource(), viewer = ada, who = eligible(ada, oz, olga), nowMs = NOW_MS) =>
  actionsOn(request, viewer, nowMs, { eligible: who });

/** Which buttons work: A, R and C; lower case is disabled, a dot is absent. */
function buttons(actions: ReturnType<typeof look>): string {
  const mark = (letter: string, it: { able: boolean } | null) =>
    it === null ? '.' : it.able ? letter.toUpperCase() : letter;
  return mark('a', actions.approve) + mark('r', actions.reject) + mark('c', actions.cancel);
}

test('buttons work in open states and in no other', () => {
  const seen = APPROVAL_STATUSES.map((status) => `${status} ${buttons(look(aResource({ status })))}`);
  expect(seen).toEqual([
    'pending ARC',
    'escalated ARC',
    'approved arc',
    'rejected arc',
    'expired arc',
    'cancelled arc',
  ]);
});

test('the clock alone disables them, at the very millisecond', () => {
  const at = Date.parse(EXPIRES_AT);
  expect(buttons(look(aResource(), ada, eligible(ada), at - 1))).toBe('ARC');
  const late = look(aResource(), ada, eligible(ada), at);
  expect(buttons(late)).toBe('arc');
  expect(late.approve).toEqual({ able: false, why: 'This request has expired.' });
});

describe('who may', () => {
  test('a viewer reads and comments', () => {
    const seen = look(aResource(), vi, eligible(ada));
    expect(buttons(seen)).toBe('ar.');
    expect(seen.comment).toBe(true);
    expect(seen.approve).toEqual({ able: false, why: 'Your role may read and comment, not decide.' });
  });

  test('an operator decides and cancels only what they asked', () => {
    expect(buttons(look(aResource(), oz))).toBe('AR.');
    const own = aResource({
      status_history: [anEvent({ actor: oz.userId, actor_type: 'session', actor_id: oz.userId })],
    });
    expect(buttons(look(own, oz))).toBe('arC');
  });

  test('nobody decides their own request, however it names them', () => {
    const asked = aResource({ status_history: [anEvent({ actor: ada.userId, actor_type: 'session' })] });
    for (const request of [
      asked,
      aResource({ requested_by: 'ADA@example.com' }),
      aResource({ agent_id: ada.memberId }),
    ]) {
      expect(look(request).approve).toEqual({ able: false, why: 'You cannot decide your own request.' });
    }
  });

  test('who owns the key that asked is told so, because the server leaves them out', () => {
    expect(look(aResource(), ada, eligible(oz)).approve).toMatchObject({ able: false });
    expect(buttons(look(aResource(), ada, eligible(oz)))).toBe('arC');
  });

  test('a vote counts once, and a stale one does not hinder', () => {
    expect(buttons(look(aResource({ approvers: [aVote('Ada')] }), ada, eligible(oz)))).toBe('arC');
    expect(buttons(look(aResource({ approvers: [aVote('Ada', { stale: true })] })))).toBe('ARC');
  });

  test('rejecting may need more than approving', () => {
    const seen = look(aResource({ min_reject_level: 3 }), oz);
    expect(buttons(seen)).toBe('Ar.');
    expect(seen.reject).toEqual({ able: false, why: 'Rejecting this needs level 3; yours is 2.' });
  });

  test('a lower level may sign too: it counts, and somebody else finishes', () => {
    expect(buttons(look(aResource({ required_level: 5 }), oz))).toBe('AR.');
  });
});

test('level 5 is used only where it is required and there', () => {
  expect(look(aResource({ required_level: 5 }), olga).usesLevelFive).toBe(true);
  expect(look(aResource({ required_level: 5 }), ada).usesLevelFive).toBe(false);
  expect(look(aResource({ required_level: 4 }), olga).usesLevelFive).toBe(false);
});

test('the emergency stop holds approvals, and nothing else', () => {
  const seen = actionsOn(aResource(), ada, NOW_MS, { stopped: true });
  expect(buttons(seen)).toBe('aRC');
  expect(seen.approve).toEqual({ able: false, why: 'The emergency stop is on: nothing is approved.' });
});
