/**
 * Values as forms have them: the engine's, but a whole number is a `number` wherever that holds it exactly, for so are most numbers of requests
 * and rules, and a `bigint` takes memory of its own, for every sum anew. A double, which is rarer, is an object instead.
 */
import { type CelError, type CelResult, type CelValue, isCelError } from '@bufbuild/cel';

export interface Double {
  double: number;
}

/** A `bigint` is a whole number beyond those that a `number` holds exactly. */
export type Plain = bigint | number | string | boolean | null | Double;
/** Lists, maps, times and the like are the engine's. */
export type Value = Plain | Exclude<CelValue, number>;
export type Result = Value | CelError;

export function toValue(value: CelValue): Value {
  if (typeof value === 'number') return { double: value };
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export function toResult(result: CelResult): Result {
  return isError(result) ? result : toValue(result);
}

export function toEngine(value: Value): CelValue {
  if (typeof value === 'number') return BigInt(value);
  return isDouble(value) ? value.double : value;
}

/** An error is an object, and most values are none. */
export function isError(result: CelResult | Result): result is CelError {
  return typeof result === 'object' && isCelError(result);
}

export function isDouble(value: Value): value is Double {
  return typeof value === 'object' && value !== null && 'double' in value;
}

/** Values that need nothing of the engine to be compared. */
export function isPlain(value: Value): value is Plain {
  return typeof value !== 'object' || value === null || 'double' in value;
}

/** Numbers are equal across their types. */
export function isEqual(a: Plain, b: Plain): boolean {
  if (typeof a === typeof b && typeof a !== 'object') return a === b;
  if (a === null || b === null) return a === b;
  const [one, other] = [worth(a), worth(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: a whole number and a double are compared by what they are worth.
  return one !== undefined && other !== undefined && one == other;
}

/** What a number is worth, of whichever type; undefined for what is none. */
function worth(value: Exclude<Plain, null>): bigint | number | undefined {
  if (typeof value === 'object') return value.double;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}
