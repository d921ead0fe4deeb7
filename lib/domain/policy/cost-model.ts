/**
 * What something will cost, by the model of its skill: a base and rates over fields of the payload, and how far reported outcomes were from
 * it. Everything is exact; whole cents are rounded up, so that an estimate never says less than the rates do (docs/decisions/0023).
 */

import { ONE, type Spread } from './cost-spread';
import { add, type Decimal, divideUp, fromNumber, multiply, readDecimal, roundUp, ZERO } from './decimal';

/** Decimals of a cent that a rate may have: a millionth of a cent is not rare where tokens are sold. */
export const MAX_RATE_DECIMALS = 12;

/** So much for each unit that a field of the payload counts. */
export interface CostRate {
  /** A member of the payload, or a JSON pointer into it (RFC 6901). */
  field: string;
  /** Cents per unit, as a decimal that is written out: "0.0003". */
  centsPerUnit: string;
}

/** One version of what a skill costs. */
export interface CostModel {
  skillId: string;
  version: number;
  baseCents: number;
  rates: readonly CostRate[];
}

/** What something would cost, in integer cents: half of the time at most `p50Cents`, 19 times of 20 at most `p95Cents`. */
export interface CostBand {
  p50Cents: number;
  p95Cents: number;
  /** From 0, nothing has been learnt, to 1, in hundredths. */
  confidence: number;
}

/**
 * What the base and the rates alone come to, in integer cents. Null, unknown, when a field is missing or is no number from 0 to 2^53 - 1, and
 * when the sum is beyond that: what is not understood costs neither nothing nor what it can.
 */
export function modelCents(
  model: Pick<CostModel, 'baseCents' | 'rates'>,
  payload: Record<string, unknown>,
): number | null {
  let sum: Decimal = fromNumber(model.baseCents) ?? ZERO;
  for (const { names, rate } of readRates(model.rates)) {
    const value = readNames(payload, names);
    const units = typeof value === 'number' ? fromNumber(value) : null;
    if (rate === null || units === null) return null;
    sum = add(sum, multiply(rate, units));
  }
  return toCents(roundUp(sum));
}

interface ReadRate {
  names: readonly string[];
  rate: Decimal | null;
}

/** Rates as they are calculated with, for as long as a model is remembered: reading their text takes longer than calculating. */
const readings = new WeakMap<readonly CostRate[], ReadRate[]>();

function readRates(rates: readonly CostRate[]): readonly ReadRate[] {
  const known = readings.get(rates);
  if (known !== undefined) return known;
  const read = rates.map(({ field, centsPerUnit }) => ({
    names: namesIn(field),
    rate: readDecimal(centsPerUnit, MAX_RATE_DECIMALS),
  }));
  readings.set(rates, read);
  return read;
}

/** What is expected of a cost, from what the model says and what was learnt. Null when it is too much to be said. */
export function toBand(cents: number, spread: Spread): CostBand | null {
  const p50Cents = times(cents, spread.p50);
  const p95Cents = times(cents, spread.p95);
  if (p50Cents === null || p95Cents === null) return null;
  return { p50Cents, p95Cents, confidence: spread.confidence };
}

/** Whether a field can be looked for: a member's name, or a well-formed JSON pointer. */
export function isField(field: string): boolean {
  return field !== '' && (!field.startsWith('/') || !/~(?![01])/.test(field));
}

/** What is at a field; undefined when nothing is. Only what the payload itself has counts. */
export function readField(payload: Record<string, unknown>, field: string): unknown {
  return readNames(payload, namesIn(field));
}

function namesIn(field: string): string[] {
  return field.startsWith('/') ? field.slice(1).split('/').map(unescapePointer) : [field];
}

function readNames(payload: Record<string, unknown>, names: readonly string[]): unknown {
  let at: unknown = payload;
  for (const name of names) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
    if (!Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}

function times(cents: number, ratio: bigint): number | null {
  return toCents(divideUp(BigInt(cents) * ratio, ONE));
}

function toCents(cents: bigint): number | null {
  return cents <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(cents) : null;
}
