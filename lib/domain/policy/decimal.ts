/** An exact non-negative number: `digits` × 10^-`decimals`. Money is never a binary fraction on its way. */
export interface Decimal {
  digits: bigint;
  decimals: number;
}

export const ZERO: Decimal = { digits: 0n, decimals: 0 };

const WRITTEN = /^(\d+)(?:\.(\d+))?$/;
/** How JavaScript writes a number that is not negative (ECMA-262, Number::toString). */
const NUMBER = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** Reads "0.0003": digits, and at most so many decimals. Null for anything else, signs and exponents included. */
export function readDecimal(text: string, maxDecimals: number): Decimal | null {
  const [, whole, fraction = ''] = WRITTEN.exec(text) ?? [];
  if (whole === undefined || fraction.length > maxDecimals) return null;
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

/**
 * A number as the decimal that is written for it, which is what JSON said. Null for whatever is negative, not finite or beyond the safe
 * integers: nobody can say what that was.
 */
export function fromNumber(value: number): Decimal | null {
  if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return null;
  if (Number.isInteger(value)) return { digits: BigInt(value), decimals: 0 };
  const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(String(value)) ?? [];
  if (whole === undefined) return null;
  const decimals = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return decimals >= 0 ? { digits, decimals } : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 };
}

/** The exact sum. */
export function add(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals);
  return { digits: scaled(a, decimals) + scaled(b, decimals), decimals };
}

/** The exact product. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, decimals: a.decimals + b.decimals };
}

/** The least whole number that is not below it. */
export function roundUp({ digits, decimals }: Decimal): bigint {
  return divideUp(digits, powerOf10(decimals));
}

/** The least whole number that is not below `dividend` / `divisor`; neither is negative, the divisor not zero. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

function scaled({ digits, decimals }: Decimal, to: number): bigint {
  return to === decimals ? digits : digits * powerOf10(to - decimals);
}

/** The powers that money needs, ready: raising to one takes longer than all the rest of an estimate. */
const POWERS = Array.from({ length: 64 }, (_, exponent) => 10n ** BigInt(exponent));

function powerOf10(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent);
}
