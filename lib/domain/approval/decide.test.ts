import { describe, expect, test } from 'vitest';
import {
  aJob,
  aMemberKey,
  aPerson,
  aRequest,
  aReview,
  aServiceKey,
  aSession,
  later,
  MIDNIGHT,
  NOON,
} from '@/lib/testing/builders';
import { type Command, type Commander, decide } from './decide';
import type { ApprovalRequest, Review, Reviewer } from './request';

const ada = aPerson('ada', 3);
const ben = aPerson('ben', 4);
const cleo = aPerson('cleo', 1);
const vic = aPerson('vic', 0);
const olga = aPerson('olga', 5);

const by = (person: Reviewer, over: Partial<Commander> = {}): Commander => ({
  actor: aSession(person),
  reviewer: person,
  at: NOON,
  ...over,
});

const approve = (over: Partial<Extract<Command, { type: 'approve' }>> = {}): Command => ({ type: 'approve', ...over });
const reject = (over: Partial<Extract<Command, { type: 'reject' }>> = {}): Command => ({
  type: 'reject',
  notes: 'Duplicate invoice',
  ...over,
});

/** What became of it, in a few words: `approved at 4 by 1`, or the code of the refusal. */
function say(
  command: Command,
  commander: Commander,
  request: Partial<ApprovalRequest> = {},
  reviews: readonly Review[] = [],
): string {
  const decided = decide(aRequest(request), reviews, command, commander);
  if (!decided.ok) return decided.error.code;
  const { to, currentLevel, approvalsCount, event } = decided.value;
  return `${event.replace('approval.', '')}: ${to} at ${currentLevel} by ${approvalsCount}`;
}

describe('authority is a level', () => {
  test('an approval at the required level approves', () =>
    expect(say(approve(), by(ada))).toBe('approved: approved at 3 by 1'));

  test('a lower approval is recorded and leaves the request open', () =>
    expect(say(approve(), by(cleo))).toBe('review_recorded: pending at 1 by 1'));

  test('nobody uses more than is required', () => {
    const decided = decide(aRequest({ requiredLevel: 2 }), [], approve(), by(ben));
    expect(decided).toMatchObject({ ok: true, value: { review: { decision: 'approve', level: 2 } } });
  });

  test('a lower level than one’s own can be asked for', () =>
    expect(say(approve({ level: 1 }), by(ada))).toBe('review_recorded: pending at 1 by 1'));

  test('nobody decides above their own level', () =>
    expect(say(approve({ level: 4 }), by(ada))).toBe('review/insufficient-level'));

  test('asking for more than is required uses what is required', () =>
    expect(say(approve({ level: 4 }), by(ben), { requiredLevel: 2 })).toBe('approved: approved at 2 by 1'));

  test('a viewer decides nothing', () => {
    expect(say(approve(), by(vic))).toBe('review/insufficient-level');
    expect(say(reject(), by(vic))).toBe('review/insufficient-level');
  });

  test('a service key decides nothing', () => {
    const key: Commander = { actor: aServiceKey({ keyId: 'key_other' }), reviewer: null, at: NOON };
    expect(say(approve(), key)).toBe('review/not-a-reviewer');
    expect(say(reject(), key)).toBe('review/not-a-reviewer');
  });
});

describe('nobody decides their own request', () => {
  const self = 'review/self-approval';
  test.each([
    ['the session that asked', { requesterUserId: ada.userId }],
    ['the owner of the key that asked', { requesterKeyId: 'key_x', requesterUserId: ada.userId }],
    ['who is named by id', { requestedBy: ada.userId }],
    ['who is named by member id', { requestedBy: ada.memberId }],
    ['who is named by e-mail', { requestedBy: ada.email }],
    ['who is named by e-mail in another spelling', { requestedBy: '  ADA@Example.com ' }],
    ['who is the agent', { agentId: ada.email }],
    ['who is the agent, while somebody else is said to ask', { requestedBy: ben.userId, agentId: ada.userId }],
  ])('%s is refused, whatever their role', (_, request) => {
    expect(say(approve(), by(ada), request)).toBe(self);
    expect(say(reject(), by(ada), request)).toBe(self);
  });

  test('naming somebody else as the requester excludes them and not oneself any less', () => {
    const request = { requesterUserId: ada.userId, requestedBy: ben.email };
    expect(say(approve(), by(ada), request)).toBe(self);
    expect(say(approve(), by(ben), request)).toBe(self);
  });

  test('a request is never decided through the key that created it, whoever stands behind it', () => {
    const actor = aMemberKey(ada);
    expect(say(approve(), by(ada, { actor }), { requesterKeyId: actor.keyId })).toBe(self);
    expect(say(approve(), by(ada, { actor }), { requesterKeyId: 'key_other' })).toBe('approved: approved at 3 by 1');
  });

  test('a bridge cannot carry the vote of who asked', () => {
    const actor = aServiceKey({ keyId: 'key_bridge' });
    expect(say(approve(), by(ada, { actor }), { requesterUserId: ada.userId })).toBe(self);
  });

  test('nor does who asked carry somebody else’s vote through a bridge they own or created', () => {
    const request = { requesterUserId: ada.userId };
    const created = aServiceKey({ keyId: 'key_bridge', keyHolders: [ada] });
    expect(say(approve(), by(ben, { actor: created }), request)).toBe(self);
    expect(say(approve(), by(ben, { actor: created }), { requestedBy: ada.userId })).toBe(self);
    expect(say(reject(), by(ben, { actor: aMemberKey(ada) }), request)).toBe(self);
    expect(say(approve(), by(ben, { actor: aMemberKey(ada) }), { agentId: ada.email })).toBe(self);
    expect(say(approve(), by(ben, { actor: created }), { requestedBy: ada.email })).toBe(self);
    const foreign = aServiceKey({ keyId: 'key_bridge', keyHolders: [olga] });
    expect(say(approve(), by(ben, { actor: foreign }), request)).toBe('approved: approved at 3 by 1');
  });

  test('nor through a key that they issued for somebody else, nor what was asked through such a key', () => {
    const issued = aMemberKey(ben, { keyHolders: [ben, ada] });
    expect(say(approve(), by(ben, { actor: issued }), { requesterUserId: ada.userId })).toBe(self);
    expect(say(approve(), by(ada), { requesterUserId: olga.userId, requesterKeyIssuerId: ada.userId })).toBe(self);
    expect(say(approve(), by(ben, { actor: issued }), { requesterUserId: olga.userId })).toBe(
      'approved: approved at 3 by 1',
    );
  });

  test('the session of who asked may cancel', () => {
    expect(say({ type: 'cancel', reason: 'Wrong amount' }, by(ada), { requesterUserId: ada.userId })).toBe(
      'cancelled: cancelled at 0 by 0',
    );
  });
});

describe('a quorum is of different people', () => {
  const twoOfThree = { requiredLevel: 3, minApprovals: 2 };

  test('the last missing person finishes it', () =>
    expect(say(approve(), by(ben), twoOfThree, [aReview(cleo)])).toBe('approved: approved at 3 by 2'));

  test('enough people without enough level leave it open', () =>
    expect(say(approve(), by(cleo), { requiredLevel: 3, minApprovals: 1 }, [aReview(aPerson('dana', 2))])).toBe(
      'review_recorded: pending at 2 by 2',
    ));

  test('the level may have been brought by an earlier vote', () =>
    expect(say(approve(), by(cleo), twoOfThree, [aReview(ben, { level: 3 })])).toBe('approved: approved at 3 by 2'));

  test('the vote that finishes it says on which earlier votes it rests; others rest on none', () => {
    const restsOn = (command: Command, reviews: Review[]) => {
      const decided = decide(aRequest(twoOfThree), reviews, command, by(ada));
      return decided.ok ? decided.value.restsOn : decided.error.code;
    };
    const stale = aReview(cleo, { levelNow: null });
    expect(restsOn(approve(), [aReview(ben, { level: 3 }), stale])).toEqual([{ userId: ben.userId, level: 3 }]);
    expect(restsOn(approve(), [stale])).toEqual([]);
    expect(restsOn(reject(), [aReview(ben)])).toEqual([]);
  });

  test('nobody votes twice', () => {
    expect(say(approve(), by(ada), twoOfThree, [aReview(ada)])).toBe('review/already-reviewed');
    expect(say(reject(), by(ada), twoOfThree, [aReview(ada)])).toBe('review/already-reviewed');
  });

  test('a vote of an earlier version does not count and may be given again', () => {
    const request = { ...twoOfThree, version: 2 };
    expect(say(approve(), by(ada), request, [aReview(ada), aReview(ben)])).toBe('review_recorded: pending at 3 by 1');
  });

  test('a vote counts only while its author is a member', () =>
    expect(say(approve(), by(ada), twoOfThree, [aReview(ben, { levelNow: null })])).toBe(
      'review_recorded: pending at 3 by 1',
    ));

  test('a vote counts at the lower of the level used and the level now', () => {
    const demoted = aReview(ben, { level: 3, levelNow: 1 });
    expect(say(approve(), by(cleo), twoOfThree, [demoted])).toBe('review_recorded: pending at 1 by 2');
    const promoted = aReview(cleo, { level: 1, levelNow: 5 });
    expect(say(approve(), by(aPerson('dana', 2)), twoOfThree, [promoted])).toBe('review_recorded: pending at 2 by 2');
  });

  test('a vote of somebody who turned out to be the requester does not count', () =>
    expect(say(approve(), by(ada), { ...twoOfThree, requestedBy: ben.email }, [aReview(ben)])).toBe(
      'review_recorded: pending at 3 by 1',
    ));

  test('an escalated request stays escalated until the quorum is there', () =>
    expect(say(approve(), by(ada), { ...twoOfThree, status: 'escalated' })).toBe(
      'review_recorded: escalated at 3 by 1',
    ));
});

describe('a rejection ends it', () => {
  test('by anyone who may review', () => expect(say(reject(), by(cleo))).toBe('rejected: rejected at 0 by 0'));

  test('whatever has been approved so far', () =>
    expect(say(reject(), by(cleo), { minApprovals: 2 }, [aReview(ada)])).toBe('rejected: rejected at 3 by 1'));

  test('with its reason', () =>
    expect(decide(aRequest(), [], reject(), by(cleo))).toMatchObject({
      ok: true,
      value: { reason: 'Duplicate invoice', review: { decision: 'reject', level: 1 } },
    }));

  test('by nobody below the configured level', () => {
    expect(say(reject(), by(cleo), { minRejectLevel: 3 })).toBe('review/insufficient-level');
    expect(say(reject(), by(ada), { minRejectLevel: 3 })).toBe('rejected: rejected at 0 by 0');
  });

  test('the configured level is a matter of who one is, not of what the request requires', () => {
    expect(say(reject(), by(cleo), { requiredLevel: 1, minRejectLevel: 4 })).toBe('review/insufficient-level');
    expect(say(reject(), by(ben), { requiredLevel: 1, minRejectLevel: 4 })).toBe('rejected: rejected at 0 by 0');
    expect(say(reject({ level: 2 }), by(ben), { minRejectLevel: 4 })).toBe('review/insufficient-level');
  });
});

describe('using level 5 needs presence', () => {
  const five = { requiredLevel: 5 };
  const done = 'approved: approved at 5 by 1';
  const stepUp = 'review/step-up-required';
  const signedIn = (ms: number) => by(olga, { actor: aSession(olga, { authTime: later(NOON, -ms) }) });
  const notes = 'The board agreed';

  test('a fresh sign-in and a reason', () => expect(say(approve({ notes }), by(olga), five)).toBe(done));
  test('not without a reason', () => {
    expect(say(approve(), by(olga), five)).toBe(stepUp);
    expect(say(approve({ notes: '   ' }), by(olga), five)).toBe(stepUp);
  });
  test('a sign-in of exactly five minutes ago is fresh, a millisecond more is not', () => {
    expect(say(approve({ notes }), signedIn(300_000), five)).toBe(done);
    expect(say(approve({ notes }), signedIn(300_001), five)).toBe(stepUp);
    expect(say(reject(), signedIn(300_001), five)).toBe(stepUp);
  });
  test('never with a key', () => {
    const actor = aMemberKey(olga, { authTime: NOON });
    expect(say(approve({ notes }), by(olga, { actor }), five)).toBe(stepUp);
  });
  test('an owner who asks for a lower level, or where a lower one is enough, needs none of it', () => {
    const stale = signedIn(12 * 60 * 60 * 1000);
    expect(say(approve({ level: 4 }), stale, five)).toBe('review_recorded: pending at 4 by 1');
    expect(say(approve(), stale, { requiredLevel: 4 })).toBe('approved: approved at 4 by 1');
    expect(say(reject({ level: 4 }), stale, five)).toBe('rejected: rejected at 0 by 0');
  });
});

describe('deciding is about what was seen', () => {
  test('another payload is refused, the same one is not', () => {
    expect(say(approve({ viewedDigest: 'sha256:0' }), by(ada))).toBe('request/changed');
    expect(say(reject({ viewedDigest: 'sha256:0' }), by(ada))).toBe('request/changed');
    expect(say(approve({ viewedDigest: 'sha256:1' }), by(ada))).toBe('approved: approved at 3 by 1');
  });
});

describe('cancelling', () => {
  const cancel: Command = { type: 'cancel', reason: 'No longer needed' };
  const key = (over: Parameters<typeof aServiceKey>[0]): Commander => ({
    actor: aServiceKey(over),
    reviewer: null,
    at: NOON,
  });

  test('by the key that asked', () => expect(say(cancel, key({}))).toBe('cancelled: cancelled at 0 by 0'));
  test('not by another key of a caller', () =>
    expect(say(cancel, key({ keyId: 'key_other', scopes: ['requests:create'] }))).toBe('access/forbidden'));
  test('by an admin', () => expect(say(cancel, by(ben))).toBe('cancelled: cancelled at 0 by 0'));
  test('not by an operator who did not ask', () => expect(say(cancel, by(ada))).toBe('access/forbidden'));
  test('not by who is merely named as the requester', () =>
    expect(say(cancel, by(ada), { requestedBy: ada.email })).toBe('access/forbidden'));
  test('not by the key that asked once it is late', () =>
    expect(say(cancel, { ...key({}), at: MIDNIGHT })).toBe('request/expired'));
});

describe('the clock', () => {
  const worker: Commander = { actor: aJob('escalation_worker'), reviewer: null, at: NOON };
  const escalate: Command = { type: 'escalate', reason: 'Nobody decided in time' };

  test('expiring is refused before its time', () =>
    expect(say({ type: 'expire' }, { ...worker, at: later(MIDNIGHT, -1) })).toBe('request/busy'));
  test('escalation raises the level only where the configuration says so, and never lowers it', () => {
    const raised = (escalateLevel: number | null) => {
      const decided = decide(aRequest({ escalateLevel }), [], escalate, worker);
      return decided.ok ? decided.value.requiredLevel : decided.error.code;
    };
    expect([null, 5, 1].map(raised)).toEqual([3, 5, 3]);
  });
  test('escalation by the worker waits for its time, by hand it does not', () => {
    const timing = (actor: Commander['actor']) => {
      const decided = decide(aRequest(), [], escalate, { ...worker, actor });
      return decided.ok ? decided.value.timing : decided.error.code;
    };
    expect(timing(aJob())).toBe('at_escalation');
    expect(timing(aSession(ben))).toBe('before_expiry');
  });
  test('a history has an end: beyond 200 events it takes no more comments, and still a decision', () => {
    expect(say({ type: 'comment', text: 'One more' }, by(vic), { seq: 199 })).toBe('commented: pending at 0 by 0');
    expect(say({ type: 'comment', text: 'One more' }, by(vic), { seq: 200 })).toBe('request/history-full');
    expect(say(approve(), by(ada), { seq: 200 })).toBe('approved: approved at 3 by 1');
  });

  test('a comment never changes what was decided', () => {
    for (const status of ['approved', 'rejected', 'expired', 'cancelled'] as const) {
      expect(say({ type: 'comment', text: 'Thanks' }, by(vic), { status })).toBe(`commented: ${status} at 0 by 0`);
    }
  });
});
