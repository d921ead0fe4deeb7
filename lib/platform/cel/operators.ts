import { isCelMap } from '@bufbuild/cel';
import { isReflectMessage } from '@bufbuild/protobuf/reflect';
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { fault } from './faults';
import { isDouble, isEqual, isPlain, type Result, toEngine, type Value } from './scalars';

/** What is made of two values without looking for the function; undefined where only the function itself can tell. */
export type Operator = (a: Value, b: Value) => Result | undefined;

/** Texts are compared as JavaScript compares them, in the engine too. */
function isLess(a: Value, b: Value): boolean | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  const [one, other] = [numberOf(a), numberOf(b)];
  if (one !== undefined && other !== undefined) return one < other;
  const order = orderOfTimes(a, b);
  return order === undefined ? undefined : order < 0;
}

function isAtMost(a: Value, b: Value): boolean | undefined {
  if (typeof a === 'string' && typeof b === 'string') return a <= b;
  const [one, other] = [numberOf(a), numberOf(b)];
  if (one !== undefined && other !== undefined) return one <= other;
  const order = orderOfTimes(a, b);
  return order === undefined ? undefined : order <= 0;
}

function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return isDouble(value) ? value.double : undefined;
}

/** Of two times, or of two lengths of time. */
function orderOfTimes(a: Value, b: Value): number | undefined {
  const schema = isReflectMessage(a, TimestampSchema) ? TimestampSchema : DurationSchema;
  if (!isReflectMessage(a, schema) || !isReflectMessage(b, schema)) return undefined;
  const [one, other] = [a.message as Timestamp | Duration, b.message as Timestamp | Duration];
  if (one.seconds !== other.seconds) return one.seconds < other.seconds ? -1 : 1;
  return one.nanos - other.nanos;
}

type Reckon = (a: number, b: number) => number;

/** Whole numbers as long as they are held exactly, which the result says; doubles as they are. */
function reckoned(reckon: Reckon): (a: Value, b: Value) => Value | undefined {
  return (a, b) => {
    if (typeof a === 'number' && typeof b === 'number') return exactly(reckon(a, b));
    return isDouble(a) && isDouble(b) ? { double: reckon(a.double, b.double) } : undefined;
  };
}

/** A whole number is not less than nothing where it is nothing. */
function exactly(result: number): number | undefined {
  return Number.isSafeInteger(result) ? result + 0 : undefined;
}

const plus = reckoned((a, b) => a + b);

function add(a: Value, b: Value): Value | undefined {
  return typeof a === 'string' && typeof b === 'string' ? a + b : plus(a, b);
}

/** Errors take longer to make than anything else here, and these are always the same. The words are the engine's. */
const DIVIDED_BY_ZERO = fault('int divide by zero');
const REMAINDER_OF_ZERO = fault('int modulus by zero');

function divide(a: Value, b: Value): Result | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    return b === 0 ? DIVIDED_BY_ZERO : exactly((a - (a % b)) / b);
  }
  return isDouble(a) && isDouble(b) ? { double: a.double / b.double } : undefined;
}

function remainder(a: Value, b: Value): Result | undefined {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  return b === 0 ? REMAINDER_OF_ZERO : exactly(a % b);
}

/** Whether there is such a key in a map. Lists that are written out are asked otherwise (`isAmong`). */
function isKey(a: Value, b: Value): boolean | undefined {
  return isPlain(a) && a !== null && isCelMap(b) ? b.has(toEngine(a) as string) : undefined;
}

/** The operators of two values, as far as they need nothing but these. Each is the engine's. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['_==_', (a, b) => (isPlain(a) && isPlain(b) ? isEqual(a, b) : undefined)],
  ['_!=_', (a, b) => (isPlain(a) && isPlain(b) ? !isEqual(a, b) : undefined)],
  ['_<_', isLess],
  ['_>_', (a, b) => isLess(b, a)],
  ['_<=_', isAtMost],
  ['_>=_', (a, b) => isAtMost(b, a)],
  ['_+_', add],
  ['_-_', reckoned((a, b) => a - b)],
  ['_*_', reckoned((a, b) => a * b)],
  ['_/_', divide],
  ['_%_', remainder],
  ['@in', isKey],
]);
