import type { ApprovalStatus } from './status';

/** What requests are compared by. */
export interface Comparable {
  skillId: string;
  agentId: string | null;
  policyType: string;
  /** Cents; null when nobody knows. */
  amountCents: number | null;
  /** Null where it is too large to compare. */
  payload: Readonly<Record<string, unknown>> | null;
}

export interface Likeness {
  /** 0 to 100: the sum of what is alike. */
  score: number;
  /** What is alike, in words, the weightiest first. */
  matched: string[];
}

const WEIGHTS = { skill: 40, agent: 15, policyType: 5, amount: 20, fields: 5, values: 15 } as const;
/** Amounts of more than eight times one another are not alike. */
const AMOUNT_DOUBLINGS = 3;
const VALUE_WEIGHT = 5;
/** What is not worth a word: an amount is compared by itself. */
const AMOUNT = 'amount_cents';

/** How alike two requests are, and by what. Depends on nothing else, so that the same two are always as alike. */
export function likeness(asked: Comparable, past: Comparable): Likeness {
  const parts = [
    { points: asked.skillId === past.skillId ? WEIGHTS.skill : 0, what: 'same skill' },
    { points: asked.agentId !== null && asked.agentId === past.agentId ? WEIGHTS.agent : 0, what: 'same agent' },
    amountPart(asked.amountCents, past.amountCents),
    ...payloadParts(asked.payload ?? {}, past.payload ?? {}),
    { points: asked.policyType === past.policyType ? WEIGHTS.policyType : 0, what: 'same policy type' },
  ].filter(({ points }) => points > 0);
  return {
    score: Math.min(100, Math.round(parts.reduce((sum, { points }) => sum + points, 0))),
    matched: parts.map(({ what }) => what).filter((what) => what !== ''),
  };
}

function amountPart(asked: number | null, past: number | null): { points: number; what: string } {
  if (asked === null || past === null || asked < 0 || past < 0) return { points: 0, what: '' };
  const doublings = Math.abs(Math.log2((asked + 1) / (past + 1)));
  const points = WEIGHTS.amount * Math.max(0, 1 - doublings / AMOUNT_DOUBLINGS);
  return { points, what: asked === past ? 'same amount' : 'similar amount' };
}

function payloadParts(asked: Readonly<Record<string, unknown>>, past: Readonly<Record<string, unknown>>) {
  const names = Object.keys(asked).sort();
  const shared = names.filter((name) => Object.hasOwn(past, name));
  const all = new Set([...names, ...Object.keys(past)]).size;
  const equal = shared.filter((name) => name !== AMOUNT && isPlain(asked[name]) && asked[name] === past[name]);
  const told = equal.slice(0, WEIGHTS.values / VALUE_WEIGHT);
  return [
    ...told.map((name) => ({ points: VALUE_WEIGHT, what: `same ${name}` })),
    { points: all === 0 ? 0 : (WEIGHTS.fields * shared.length) / all, what: '' },
  ];
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** How past requests ended, and how long people took. */
export interface Endings {
  approved: number;
  rejected: number;
  expired: number;
  cancelled: number;
  /** Of those that somebody approved or rejected; null when nobody did. */
  medianSecondsToDecide: number | null;
}

/** Counts how requests ended. An even number of times has the lower of the two in the middle for its median. */
export function endingsOf(past: readonly { status: ApprovalStatus; secondsToDecide: number }[]): Endings {
  const count = (status: ApprovalStatus) => past.filter((one) => one.status === status).length;
  const times = past
    .filter(({ status }) => status === 'approved' || status === 'rejected')
    .map(({ secondsToDecide }) => secondsToDecide)
    .sort((a, b) => a - b);
  return {
    approved: count('approved'),
    rejected: count('rejected'),
    expired: count('expired'),
    cancelled: count('cancelled'),
    medianSecondsToDecide: times[Math.floor((times.length - 1) / 2)] ?? null,
  };
}
