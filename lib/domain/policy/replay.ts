import { isSameStanding, type Standing, standingKey, standingOf } from './standing';

/** How many examples of one kind of difference are kept. */
const MAX_EXAMPLES = 5;
/** How many kinds of difference are told apart; far more than a set of rules makes. */
const MAX_KINDS = 400;

export const APPROVAL_LEVELS = [1, 2, 3, 4, 5] as const;

/** One recorded evaluation, judged again. */
export interface Rejudged {
  evaluationId: string;
  /** Null: it was only asked. */
  requestId: string | null;
  at: string;
  skillId: string;
  agentId: string | null;
  costCents: number | null;
  before: Standing;
  after: Standing;
  /** Why the version that is tried answers as it does. */
  reasons: readonly string[];
  /** Whether something that is no rule denied it (an emergency stop, a budget): then rules change nothing. */
  overridden: boolean;
  /** Whether a condition of the version that is tried failed on it. */
  erred: boolean;
}

export type FlipExampleTally = Pick<
  Rejudged,
  'evaluationId' | 'requestId' | 'at' | 'skillId' | 'agentId' | 'costCents' | 'reasons'
>;

export interface FlipTally {
  from: Standing;
  to: Standing;
  count: number;
  requests: number;
  costCents: number;
  examples: FlipExampleTally[];
}

/** Requests, what they would cost together as far as it is known, and of how many it is not. */
export interface Spend {
  requests: number;
  costCents: number;
  unknown: number;
}

/** At each level, 1 to 5: how many requests wait there, and for how many people's decisions. */
export interface Demand {
  requests: number[];
  decisions: number[];
}

/**
 * What was counted so far. Plain data, kept between two steps of a replay. Spend and demand are of requests only: what was merely asked
 * spends nothing and makes nobody wait.
 */
export interface Tally {
  evaluated: number;
  requests: number;
  agreed: number;
  overridden: number;
  erred: number;
  flips: Record<string, FlipTally>;
  /** In kinds of difference beyond those that are told apart. */
  otherFlips: number;
  spend: { allowed: Spend; waiting: Spend; denied: Spend };
  before: Demand;
  after: Demand;
}

export function emptyTally(): Tally {
  const spend = (): Spend => ({ requests: 0, costCents: 0, unknown: 0 });
  const demand = (): Demand => ({ requests: [0, 0, 0, 0, 0], decisions: [0, 0, 0, 0, 0] });
  return {
    evaluated: 0,
    requests: 0,
    agreed: 0,
    overridden: 0,
    erred: 0,
    flips: {},
    otherFlips: 0,
    spend: { allowed: spend(), waiting: spend(), denied: spend() },
    before: demand(),
    after: demand(),
  };
}

/** Counts one more, in place: a replay counts hundreds of thousands. Counting in steps, with the tally stored in between, counts the same. */
export function count(tally: Tally, one: Rejudged): void {
  const before = standingOf(one.before);
  const after = one.overridden ? before : standingOf(one.after);
  tally.evaluated += 1;
  if (one.overridden) tally.overridden += 1;
  if (one.erred) tally.erred += 1;
  if (one.requestId !== null) {
    tally.requests += 1;
    demandOf(tally.before, before);
    demandOf(tally.after, after);
  }
  if (isSameStanding(before, after)) {
    tally.agreed += 1;
    return;
  }
  countFlip(tally, one, before, after);
  if (one.requestId !== null && before.decision !== after.decision) countSpend(tally, one, after);
}

function countFlip(tally: Tally, one: Rejudged, from: Standing, to: Standing): void {
  const key = `${standingKey(from)}>${standingKey(to)}`;
  let flip = Object.hasOwn(tally.flips, key) ? tally.flips[key] : undefined;
  if (flip === undefined) {
    if (Object.keys(tally.flips).length >= MAX_KINDS) {
      tally.otherFlips += 1;
      return;
    }
    flip = { from, to, count: 0, requests: 0, costCents: 0, examples: [] };
    tally.flips[key] = flip;
  }
  flip.count += 1;
  if (one.requestId !== null) {
    flip.requests += 1;
    flip.costCents = addCents(flip.costCents, one.costCents ?? 0);
  }
  if (flip.examples.length < MAX_EXAMPLES) {
    const { evaluationId, requestId, at, skillId, agentId, costCents, reasons } = one;
    flip.examples.push({ evaluationId, requestId, at, skillId, agentId, costCents, reasons });
  }
}

function countSpend(tally: Tally, { costCents }: Rejudged, { decision }: Standing): void {
  const { allowed, waiting, denied } = tally.spend;
  const spend = decision === 'allow' ? allowed : decision === 'deny' ? denied : waiting;
  spend.requests += 1;
  if (costCents === null) spend.unknown += 1;
  else spend.costCents = addCents(spend.costCents, costCents);
}

/** A sum that stays a safe integer, whatever callers say that things cost: what is more is told as the most there is. */
function addCents(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}

function demandOf(demand: Demand, { level, minApprovals }: Standing): void {
  if (level === null) return;
  demand.requests[level - 1] = (demand.requests[level - 1] ?? 0) + 1;
  demand.decisions[level - 1] = (demand.decisions[level - 1] ?? 0) + (minApprovals ?? 1);
}

/** How long requests of one level took from their opening to the decision of a person. */
export interface MeasuredWait {
  level: number;
  /** How many were measured. */
  requests: number;
  /** The quantiles in even steps, in seconds, from the shortest to the longest; empty where nothing was measured. */
  quantiles: readonly number[];
}

/** The waiting times to expect, in seconds; null where nothing waits, or where nothing was ever measured. */
export interface ExpectedWait {
  p50: number;
  p90: number;
}

/**
 * How long requests would wait if so many of them waited at each level: the measured times of each level, weighted by how many requests
 * there would be. A level at which nobody has decided yet waits like all levels together.
 */
export function expectWait(requests: readonly number[], measured: readonly MeasuredWait[]): ExpectedWait | null {
  const known = measured.filter(({ quantiles }) => quantiles.length > 0);
  if (known.length === 0) return null;
  const points = APPROVAL_LEVELS.flatMap((level) => {
    const count = requests[level - 1] ?? 0;
    if (count === 0) return [];
    const own = known.filter((wait) => wait.level === level);
    const used = own.length > 0 ? own : known;
    const total = used.reduce((sum, wait) => sum + wait.requests, 0);
    return used.flatMap(({ requests: weight, quantiles }) =>
      quantiles.map((seconds) => ({ seconds, weight: (count * weight) / total / quantiles.length })),
    );
  }).sort((a, b) => a.seconds - b.seconds);
  if (points.length === 0) return null;
  return { p50: weightedQuantile(points, 0.5), p90: weightedQuantile(points, 0.9) };
}

function weightedQuantile(points: readonly { seconds: number; weight: number }[], share: number): number {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  let passed = 0;
  for (const { seconds, weight } of points) {
    passed += weight;
    if (passed >= total * share) return seconds;
  }
  return points.at(-1)?.seconds ?? 0;
}

/** The middle of a level's measured waiting times, in seconds; of all levels where this one has none. Null where nothing was measured. */
export function medianWait(level: number, measured: readonly MeasuredWait[]): number | null {
  const requests = APPROVAL_LEVELS.map((each) => (each === level ? 1 : 0));
  return expectWait(requests, measured)?.p50 ?? null;
}

/** How many decisions somebody has made of requests at one level. */
export interface MeasuredDecisions {
  userId: string;
  name: string;
  level: number;
  decisions: number;
}

export interface Share {
  userId: string;
  name: string;
  before: number;
  after: number;
}

/**
 * Who would make these decisions, if everybody went on making the share of each level's decisions that they have made. `nobody`: those at
 * levels where nobody has decided yet.
 */
export function shareOut(
  before: readonly number[],
  after: readonly number[],
  made: readonly MeasuredDecisions[],
): { people: Share[]; nobody: { before: number; after: number } } {
  const people = new Map<string, Share>();
  const nobody = { before: 0, after: 0 };
  for (const level of APPROVAL_LEVELS) {
    const [b, a] = [before[level - 1] ?? 0, after[level - 1] ?? 0];
    const here = made.filter((each) => each.level === level);
    const total = here.reduce((sum, { decisions }) => sum + decisions, 0);
    if (total === 0) {
      nobody.before += b;
      nobody.after += a;
      continue;
    }
    for (const { userId, name, decisions } of here) {
      const share = people.get(userId) ?? { userId, name, before: 0, after: 0 };
      share.before += (b * decisions) / total;
      share.after += (a * decisions) / total;
      people.set(userId, share);
    }
  }
  return { people: [...people.values()].sort((x, y) => y.after - x.after || (x.userId < y.userId ? -1 : 1)), nobody };
}
