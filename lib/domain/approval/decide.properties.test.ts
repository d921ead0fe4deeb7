import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aJob, aMemberKey, aPerson, aRequest, aReview, aSession, later, NOON } from '@/lib/testing/builders';
import { isRequester } from './authority';
import { type Command, type Commander, type Decided, decide } from './decide';
import type { ApprovalRequest, Review, Reviewer } from './request';
import { isOpen } from './status';

const PEOPLE = ['ada', 'ben', 'cleo', 'dana', 'emil', 'fay'].map((name, level) => aPerson(name, level));

const person = fc.constantFrom(...PEOPLE);
const level = fc.integer({ min: 1, max: 5 });

const request: fc.Arbitrary<ApprovalRequest> = fc
  .record({
    requiredLevel: level,
    minApprovals: fc.integer({ min: 1, max: 3 }),
    minRejectLevel: level,
    requesterUserId: fc.option(person.map(({ userId }) => userId)),
    requestedBy: fc.option(
      fc.oneof(
        person.map(({ email }) => email.toUpperCase()),
        fc.constant('billing-bot'),
      ),
    ),
    agentId: fc.option(person.map(({ memberId }) => memberId)),
    escalateLevel: fc.option(level),
    expiresAt: fc.integer({ min: 1, max: 60_000 }).map((ms) => later(NOON, ms)),
  })
  .map((fields) => aRequest(fields));

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('approve' as const),
      level: fc.option(level, { nil: undefined }),
      notes: fc.constant('Fine'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reject' as const), notes: fc.constant('No') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const), reason: fc.constant('Never mind') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('comment' as const), text: fc.constant('Why?') }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('escalate' as const), reason: fc.constant('Slow') }) },
  { weight: 1, arbitrary: fc.constant<Command>({ type: 'expire' }) },
);

interface Step {
  who: Reviewer;
  through: 'session' | 'key';
  command: Command;
  afterMs: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  who: person,
  through: fc.constantFrom('session' as const, 'key' as const),
  command,
  afterMs: fc.integer({ min: 0, max: 12_000 }),
});

/** A request with its votes, as the writer would leave it. */
interface World {
  request: ApprovalRequest;
  reviews: Review[];
  at: Date;
}

function commanderOf({ who, through, command }: Step, at: Date): Commander {
  if (command.type === 'expire' || command.type === 'escalate') return { actor: aJob(), reviewer: null, at };
  return { actor: through === 'session' ? aSession(who) : aMemberKey(who), reviewer: who, at };
}

function play(world: World, next: Step): { world: World; decided: Decided | null } {
  const at = later(world.at, next.afterMs);
  const by = commanderOf(next, at);
  const decided = decide(world.request, world.reviews, next.command, by);
  if (!decided.ok) return { world: { ...world, at }, decided: null };
  const { to, review, requiredLevel } = decided.value;
  const resolves = isOpen(world.request.status) && !isOpen(to);
  return {
    decided: decided.value,
    world: {
      at,
      request: {
        ...world.request,
        status: to,
        seq: world.request.seq + 1,
        requiredLevel,
        ...(resolves ? { resolvedAt: at, resolvedBy: by.actor.userId ?? by.actor.name } : {}),
      },
      reviews:
        review === null
          ? world.reviews
          : [...world.reviews, aReview(next.who, { ...review, levelNow: next.who.level })],
    },
  };
}

/** Plays every step and gives each decision that landed with the world before and after it. */
function playAll(start: ApprovalRequest, steps: readonly Step[]) {
  const landed: { before: World; decided: Decided; after: World }[] = [];
  let world: World = { request: start, reviews: [], at: NOON };
  for (const next of steps) {
    const played = play(world, next);
    if (played.decided !== null) landed.push({ before: world, decided: played.decided, after: played.world });
    world = played.world;
  }
  return { world, landed };
}

const story = fc.tuple(request, fc.array(step, { maxLength: 25 }));

describe('whatever is asked, by whom and in which order', () => {
  test('nothing leaves a terminal state', () =>
    fc.assert(
      fc.property(story, ([start, steps]) => {
        for (const { before, decided } of playAll(start, steps).landed) {
          if (!isOpen(before.request.status)) expect(decided.to).toBe(before.request.status);
        }
      }),
    ));

  test('a request ends at most once, and folding its history gives its state', () =>
    fc.assert(
      fc.property(story, ([start, steps]) => {
        const { world, landed } = playAll(start, steps);
        const endings = landed.filter(({ decided }) => isOpen(decided.from) && !isOpen(decided.to));
        expect(endings.length).toBeLessThanOrEqual(1);
        let status = start.status;
        for (const { decided } of landed) {
          expect(decided.from).toBe(status);
          status = decided.to;
        }
        expect(status).toBe(world.request.status);
      }),
    ));

  test('approved means: enough different people, none of them the requester, one with the level, all in time', () => {
    let approved = 0;
    fc.assert(
      fc.property(story, ([start, steps]) => {
        const { world } = playAll(start, steps);
        if (world.request.status !== 'approved') return;
        approved += 1;
        const votes = world.reviews.filter(({ decision }) => decision === 'approve');
        const people = new Set(votes.map(({ userId }) => userId));
        expect(people.size).toBe(votes.length);
        expect(people.size).toBeGreaterThanOrEqual(world.request.minApprovals);
        expect(votes.some((vote) => isRequester(world.request, vote))).toBe(false);
        for (const vote of votes) {
          expect(vote.level).toBeLessThanOrEqual(PEOPLE.find(({ userId }) => userId === vote.userId)?.level ?? 0);
        }
        expect(Math.max(...votes.map((vote) => vote.level))).toBeGreaterThanOrEqual(world.request.requiredLevel);
        expect(world.request.resolvedAt?.getTime()).toBeLessThan(world.request.expiresAt.getTime());
      }),
      { numRuns: 2000 },
    );
    // The property would hold of an empty set too.
    expect(approved).toBeGreaterThan(50);
  });

  test('expired means at or after expires_at, every other ending before it', () =>
    fc.assert(
      fc.property(story, ([start, steps]) => {
        const { request: end } = playAll(start, steps).world;
        if (end.resolvedAt === null) return;
        expect(end.resolvedAt.getTime() >= end.expiresAt.getTime()).toBe(end.status === 'expired');
      }),
      { numRuns: 500 },
    ));

  test('the required level never falls and the deadline never moves', () =>
    fc.assert(
      fc.property(story, ([start, steps]) => {
        for (const { before, after: then } of playAll(start, steps).landed) {
          expect(then.request.requiredLevel).toBeGreaterThanOrEqual(before.request.requiredLevel);
          expect(then.request.expiresAt).toEqual(before.request.expiresAt);
        }
      }),
    ));

  test('level 5 is never used through a key', () =>
    fc.assert(
      fc.property(
        fc.tuple(
          request,
          fc.array(
            step.map((s) => ({ ...s, through: 'key' as const })),
            { maxLength: 10 },
          ),
        ),
        ([start, steps]) => {
          for (const review of playAll(start, steps).world.reviews) expect(review.level).toBeLessThan(5);
        },
      ),
    ));
});

describe('the order of earlier votes does not matter', () => {
  const votes = fc
    .uniqueArray(
      fc.record({
        who: person,
        used: level,
        levelNow: fc.option(fc.integer({ min: 0, max: 5 })),
        version: fc.constantFrom(1, 2),
      }),
      {
        selector: ({ who }) => who.userId,
      },
    )
    .map((list) => list.map(({ who, used, levelNow, version }) => aReview(who, { level: used, levelNow, version })));

  test('to any decision', () =>
    fc.assert(
      fc.property(request, votes, step, fc.gen(), (start, given, next, draw) => {
        const shuffled = draw(fc.shuffledSubarray, given, { minLength: given.length, maxLength: given.length });
        const answerTo = (reviews: readonly Review[]) => {
          const decided = decide(start, reviews, next.command, commanderOf(next, NOON));
          if (!decided.ok) return decided.error;
          const { restsOn, ...rest } = decided.value;
          return { ...rest, restsOn: new Set(restsOn.map((vote) => JSON.stringify(vote))) };
        };
        expect(answerTo(shuffled)).toEqual(answerTo(given));
      }),
    ));

  test('to whether people who all approve finish a request', () =>
    fc.assert(
      fc.property(
        request,
        fc.uniqueArray(person, { selector: ({ userId }) => userId }),
        fc.gen(),
        (start, people, draw) => {
          const approving = (order: readonly Reviewer[]) =>
            playAll(
              start,
              order.map((who) => ({
                who,
                through: 'session',
                command: { type: 'approve', notes: 'Fine' },
                afterMs: 0,
              })),
            ).world.request.status;
          const shuffled = draw(fc.shuffledSubarray, people, { minLength: people.length, maxLength: people.length });
          expect(approving(shuffled)).toBe(approving(people));
        },
      ),
    ));
});
