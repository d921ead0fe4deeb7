import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  emptyTally,
  expectWait,
  type MeasuredWait,
  medianWait,
  type Rejudged,
  shareOut,
  type Tally,
} from './replay';
import type { Standing } from './standing';

const ALLOW: Standing = { decision: 'allow', level: null, minApprovals: 1 };
const DENY: Standing = { decision: 'deny', level: null, minApprovals: 1 };
const waits = (level: number, minApprovals = 1): Standing => ({ decision: 'requires_approval', level, minApprovals });

function one(before: Standing, after: Standing, over: Partial<Rejudged> = {}): Rejudged {
  return {
    evaluationId: 'evl_1',
    requestId: 'req_1',
    at: '2026-01-14T12:00:00.000Z',
    skillId: 'payments.transfer',
    agentId: null,
    costCents: 100,
    before,
    after,
    reasons: ['Because'],
    overridden: false,
    erred: false,
    ...over,
  };
}
function tallyOf(...all: Rejudged[]): Tally {
  const tally = emptyTally();
  for (const each of all) count(tally, each);
  return tally;
}

const standing = fc.oneof(
  fc.constant(ALLOW),
  fc.constant(DENY),
  fc.record({
    decision: fc.constant('requires_approval' as const),
    level: fc.integer({ min: 1, max: 5 }),
    minApprovals: fc.integer({ min: 1, max: 3 }),
  }),
);
const rejudged = fc
  .record({
    before: standing,
    after: standing,
    requestId: fc.option(fc.constant('req_1')),
    costCents: fc.option(fc.nat(10_000)),
    overridden: fc.boolean(),
    erred: fc.boolean(),
  })
  .map(({ before, after, ...over }) => one(before, after, over));

describe('counting', () => {
  test('in steps, with the tally stored as JSON in between, counts the same', () =>
    fc.assert(
      fc.property(fc.array(rejudged, { maxLength: 60 }), fc.nat(60), (all, cut) => {
        const resumed = JSON.parse(JSON.stringify(tallyOf(...all.slice(0, cut)))) as Tally;
        for (const each of all.slice(cut)) count(resumed, each);
        expect(resumed).toEqual(tallyOf(...all));
      }),
    ));

  test('loses nothing: what agreed and what flipped is everything', () =>
    fc.assert(
      fc.property(fc.array(rejudged, { maxLength: 60 }), (all) => {
        const tally = tallyOf(...all);
        const flips = Object.values(tally.flips);
        expect(tally.agreed + flips.reduce((sum, flip) => sum + flip.count, tally.otherFlips)).toBe(all.length);
        for (const { examples, count: n } of flips) expect(examples.length).toBe(Math.min(5, n));
      }),
    ));

  test('a request that would be denied instead of waiting saves a decision and is newly denied spend', () => {
    const tally = tallyOf(one(waits(3), DENY), one(waits(3), waits(4, 2)), one(ALLOW, waits(1), { costCents: null }));
    expect(tally.spend).toEqual({
      allowed: { requests: 0, costCents: 0, unknown: 0 },
      waiting: { requests: 1, costCents: 0, unknown: 1 },
      denied: { requests: 1, costCents: 100, unknown: 0 },
    });
    expect(tally.before).toEqual({ requests: [0, 0, 2, 0, 0], decisions: [0, 0, 2, 0, 0] });
    expect(tally.after).toEqual({ requests: [1, 0, 0, 1, 0], decisions: [1, 0, 0, 2, 0] });
  });

  test('costs add up to no more than a number carries exactly, however much callers say', () => {
    const most = { costCents: Number.MAX_SAFE_INTEGER };
    const tally = tallyOf(one(waits(2), DENY, most), one(waits(2), DENY, most), one(waits(2), DENY));
    expect(tally.spend.denied).toMatchObject({ requests: 3, ...most });
    expect(Object.values(tally.flips)).toMatchObject([{ count: 3, ...most }]);
  });

  test('what was only asked flips, and neither spends nor keeps anybody busy', () => {
    const tally = tallyOf(one(ALLOW, waits(3), { requestId: null }));
    expect(Object.values(tally.flips)).toMatchObject([{ count: 1, requests: 0, costCents: 0 }]);
    expect(tally.spend.waiting.requests).toBe(0);
    expect(tally.after.requests).toEqual([0, 0, 0, 0, 0]);
  });

  test('what was denied by something that is no rule stays denied, whatever the rules say', () => {
    expect(tallyOf(one(DENY, ALLOW, { overridden: true }))).toMatchObject({ agreed: 1, overridden: 1, flips: {} });
  });
});

describe('waiting', () => {
  const at = (level: number, ...quantiles: number[]): MeasuredWait => ({ level, requests: 10, quantiles });

  test('is what was measured at the levels where requests would wait, weighted by how many', () => {
    const measured = [at(1, 10, 20, 30), at(4, 1000, 2000, 3000)];
    expect(expectWait([5, 0, 0, 0, 0], measured)).toEqual({ p50: 20, p90: 30 });
    expect(expectWait([5, 0, 0, 5, 0], measured)).toEqual({ p50: 30, p90: 3000 });
    expect(expectWait([1, 0, 0, 99, 0], measured)).toEqual({ p50: 2000, p90: 3000 });
  });

  test('at a level where nobody has decided is that of all levels together; unknown where nothing was measured', () => {
    expect(expectWait([0, 1, 0, 0, 0], [at(1, 10), { ...at(4, 1000), requests: 1 }])).toEqual({ p50: 10, p90: 10 });
    expect(medianWait(2, [at(1, 10, 20, 30)])).toBe(20);
    expect(expectWait([5, 0, 0, 0, 0], [])).toBeNull();
    expect(expectWait([0, 0, 0, 0, 0], [at(1, 10)])).toBeNull();
  });

  test('more requests at a slower level never shorten it', () =>
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.integer({ min: 1, max: 50 }), (fast, slow, more) => {
        const measured = [at(1, 1, 2, 3, 4), at(5, 10, 20, 30, 40)];
        const before = expectWait([fast, 0, 0, 0, slow], measured);
        const after = expectWait([fast, 0, 0, 0, slow + more], measured);
        if (before === null || after === null) return;
        expect(after.p50).toBeGreaterThanOrEqual(before.p50);
        expect(after.p90).toBeGreaterThanOrEqual(before.p90);
      }),
    ));
});

describe('sharing out', () => {
  const made = (userId: string, level: number, decisions: number) => ({ userId, name: userId, level, decisions });

  test('goes by the share of each level’s decisions that people have made', () => {
    const shares = shareOut(
      [0, 0, 10, 0, 0],
      [0, 0, 4, 6, 2],
      [made('ada', 3, 3), made('bob', 3, 1), made('bob', 4, 5)],
    );
    expect(shares).toEqual({
      people: [
        { userId: 'bob', name: 'bob', before: 2.5, after: 7 },
        { userId: 'ada', name: 'ada', before: 7.5, after: 3 },
      ],
      nobody: { before: 0, after: 2 },
    });
  });

  test('hands out every decision once', () =>
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }),
        fc.array(
          fc.tuple(
            fc.constantFrom('ada', 'bob', 'eve'),
            fc.integer({ min: 1, max: 5 }),
            fc.integer({ min: 1, max: 9 }),
          ),
        ),
        (decisions, people) => {
          const { people: shares, nobody } = shareOut(
            decisions,
            decisions,
            people.map(([name, level, n]) => made(name, level, n)),
          );
          const total = shares.reduce((sum, share) => sum + share.after, nobody.after);
          expect(total).toBeCloseTo(
            decisions.reduce((sum, n) => sum + n, 0),
            6,
          );
        },
      ),
    ));
});
