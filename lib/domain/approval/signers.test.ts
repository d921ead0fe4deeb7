import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aPerson, aRequest, aReview, aSession, NOON } from '@/lib/testing/builders';
import { reachability } from './authority';
import { decide } from './decide';
import type { Reviewer } from './request';
import { mayStillSign, missingSigners } from './signers';

const own = aPerson('own', 5);
const ada = aPerson('ada', 4);
const bob = aPerson('bob', 4);
const ben = aPerson('ben', 2);

/** What becomes of a request of `signers` when these people approve it, one after the other. */
function signedBy(people: readonly Reviewer[], signers: string[], minApprovals = signers.length): string[] {
  const request = aRequest({ requiredLevel: 1, signers, minApprovals });
  const reviews: ReturnType<typeof aReview>[] = [];
  return people.map((reviewer) => {
    const decided = decide(request, reviews, { type: 'approve' }, { actor: aSession(reviewer), reviewer, at: NOON });
    if (!decided.ok) return decided.error.detail ?? decided.error.code;
    reviews.push(aReview(reviewer, { level: 1 }));
    return decided.value.to;
  });
}

describe('where as many signatures are asked for as people are named', () => {
  test('each of them must sign; a second of a role is no substitute', () => {
    const missing = 'What is still missing is the signature of own@example.com.';
    expect(signedBy([ada, bob, own], [own.email, 'Admin'])).toEqual(['pending', missing, 'approved']);
    expect(signedBy([own, bob], [own.email, 'Admin'])).toEqual(['pending', 'approved']);
    expect(signedBy([ben], [own.email, 'Admin'])).toEqual(['It is signed by own@example.com, Admin.']);
  });

  test('a person named by name and by role signs for whatever leaves nobody out', () => {
    expect(signedBy([ada, bob], ['admin', ada.email])).toEqual(['pending', 'approved']);
    expect(signedBy([bob, ada], ['admin', ada.email])).toEqual(['pending', 'approved']);
    expect(signedBy([ada, bob], [ada.email, 'admin', ada.userId])).toEqual(['pending', 'pending']);
  });

  test('more signatures than names leave room for anybody of a role', () => {
    expect(signedBy([ada, bob], ['Admin'], 2)).toEqual(['pending', 'approved']);
    expect(signedBy([ada, bob, own], ['Admin', own.email], 3)).toEqual(['pending', 'pending', 'approved']);
  });

  test('who signed and is no admin any more leaves their place to another', () => {
    const request = aRequest({ requiredLevel: 1, signers: ['admin', own.email], minApprovals: 2 });
    const demoted = aReview(ada, { level: 1, levelNow: 3 });
    const by = (reviewer: Reviewer) => ({ actor: aSession(reviewer), reviewer, at: NOON });
    expect(decide(request, [demoted], { type: 'approve' }, by(own))).toMatchObject({ value: { to: 'pending' } });
    const before = [demoted, aReview(own, { level: 1 })];
    expect(decide(request, before, { type: 'approve' }, by(bob))).toMatchObject({ value: { to: 'approved' } });
  });

  test('whoever signed for a role must still have it when the last signature is written', () => {
    const request = aRequest({ requiredLevel: 1, signers: ['admin', own.email], minApprovals: 2 });
    const by = { actor: aSession(own), reviewer: own, at: NOON };
    expect(decide(request, [aReview(ada, { level: 1 })], { type: 'approve' }, by)).toMatchObject({
      value: { to: 'approved', restsOn: [{ userId: ada.userId, level: 4 }] },
    });
  });
});

test('where fewer are asked for, any of those named may give them', () =>
  expect(signedBy([ada, bob], [own.email, 'Admin', ben.email], 2)).toEqual(['pending', 'approved']));

test('a request that somebody must sign who is nobody cannot be finished', () => {
  const request = aRequest({ requiredLevel: 1, signers: ['nobody@nowhere', 'Admin'], minApprovals: 2 });
  expect(reachability(request, [ada, bob, own])).toEqual({
    reachable: false,
    missing: 'It needs the signature of nobody@nowhere, and nobody else who may decide it is that.',
  });
  expect(reachability({ ...request, signers: [own.email, 'Admin'] }, [ada, own])).toEqual({ reachable: true });
  expect(reachability({ ...request, signers: [ada.email, 'Admin'] }, [ada, own])).toMatchObject({ reachable: false });
});

test('whoever signs in whatever order, who may still sign brings it to its end', () => {
  const everybody = [own, ada, bob, ben];
  const names = ['owner', 'admin', 'operator', ...everybody.map(({ email }) => email)];
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
      fc.shuffledSubarray(everybody, { minLength: everybody.length }),
      (signers, order) => {
        const request = { signers, minApprovals: signers.length };
        fc.pre(missingSigners(request, everybody).length === 0);
        const signed: Reviewer[] = [];
        for (const person of order) if (mayStillSign(request, signed, person)) signed.push(person);
        expect(missingSigners(request, signed.slice(0, signers.length))).toEqual([]);
      },
    ),
  );
});
