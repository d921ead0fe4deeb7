import { describe, expect, test } from 'vitest';
import { aPerson, aRequest, aReview } from '@/lib/testing/builders';
import { eligibleReviewers, isRequester, reachability, tally, usedLevel } from './authority';

const ada = aPerson('ada', 3);
const ben = aPerson('ben', 4);
const vic = aPerson('vic', 0);

describe('the level that is used', () => {
  // own, required, asked → used
  test.each([
    [3, 3, undefined, 3],
    [5, 3, undefined, 3],
    [2, 4, undefined, 2],
    [4, 4, 2, 2],
    [4, 2, 3, 2],
    [0, 3, undefined, 0],
  ])('own %i, required %i, asked %s: %i', (own, required, asked, used) =>
    expect(usedLevel(own, required, asked)).toBe(used),
  );
});

describe('who counts as the requester', () => {
  test('a name that merely contains an e-mail or an id does not exclude', () => {
    for (const requestedBy of ['ada', 'ada@example.com.evil.example', 'x-ada@example.com', 'usr_adam', '']) {
      expect(isRequester(aRequest({ requestedBy }), ada)).toBe(false);
    }
  });
  test('who is excluded stays excluded whatever else is named', () => {
    for (const requestedBy of [null, 'billing-bot', ben.userId, ben.email]) {
      expect(isRequester(aRequest({ requesterUserId: ada.userId, requestedBy }), ada)).toBe(true);
    }
  });
});

describe('what votes add up to', () => {
  test('nothing without votes', () => expect(tally(aRequest(), [])).toEqual({ currentLevel: 0, approvals: 0 }));
  test('the highest level and the number of people', () =>
    expect(tally(aRequest(), [aReview(ada), aReview(ben)])).toEqual({ currentLevel: 4, approvals: 2 }));
  test('rejections, votes of other versions, of former members and of people without a level do not count', () =>
    expect(
      tally(aRequest({ version: 2 }), [
        aReview(ada, { version: 2, decision: 'reject' }),
        aReview(ben, { version: 1 }),
        aReview(aPerson('cleo'), { version: 2, levelNow: null }),
        aReview(aPerson('dana'), { version: 2, levelNow: 0 }),
      ]),
    ).toEqual({ currentLevel: 0, approvals: 0 }));
});

describe('an empty list of eligible approvers is said', () => {
  const say = (over: Parameters<typeof aRequest>[0], people: Parameters<typeof reachability>[1]) => {
    const answer = reachability(aRequest(over), people);
    return answer.reachable ? 'reachable' : answer.missing;
  };

  test('only people of level 1 or more who did not ask are eligible', () =>
    expect(eligibleReviewers(aRequest({ requesterUserId: ben.userId }), [ada, ben, vic])).toEqual([ada]));
  test('one person of the right level is enough', () => expect(say({}, [ada, vic])).toBe('reachable'));
  test('nobody at all', () => expect(say({}, [vic])).toBe('It needs level 3, and nobody may decide it.'));
  test('only the requester', () =>
    expect(say({ requesterUserId: ada.userId }, [ada])).toBe('It needs level 3, and nobody may decide it.'));
  test('nobody high enough', () =>
    expect(say({ requiredLevel: 5 }, [ada, ben])).toBe(
      'It needs level 5, and the highest level that may decide it is 4.',
    ));
  test('not enough people', () =>
    expect(say({ minApprovals: 3 }, [ada, ben, vic])).toBe('It needs 3 approvals, and only 2 people may decide it.'));
});
