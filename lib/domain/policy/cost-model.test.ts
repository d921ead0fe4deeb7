import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CostRate, isField, modelCents, readField, toBand } from './cost-model';
import { ONE, UNLEARNT } from './cost-spread';
import { add, fromNumber, multiply, readDecimal, roundUp } from './decimal';

const rate = (field: string, centsPerUnit: string): CostRate => ({ field, centsPerUnit });
const cents = (rates: CostRate[], payload: Record<string, unknown>, baseCents = 0) =>
  modelCents({ baseCents, rates }, payload);

describe('what a model says', () => {
  test('is its base and its rates, exact, and rounded up to the cent only at the end', () => {
    expect(cents([], {}, 250)).toBe(250);
    expect(cents([rate('tokens', '0.0003')], { tokens: 1_000_000 })).toBe(300);
    expect(cents([rate('tokens', '0.0003')], { tokens: 1 })).toBe(1);
    // Two thirds of a cent and a third are one cent, not two.
    expect(cents([rate('a', '0.66'), rate('b', '0.34')], { a: 1, b: 1 })).toBe(1);
    expect(cents([rate('a', '0.66'), rate('b', '0.340000000001')], { a: 1, b: 1 })).toBe(2);
    // In binary fractions 0.1 + 0.2 is more than 0.3, and 1.1 × 3 more than 3.3.
    expect(cents([rate('hours', '10'), rate('days', '10')], { hours: 0.1, days: 0.2 })).toBe(3);
    expect(cents([rate('hours', '3')], { hours: 1.1 }, 1)).toBe(5);
    expect(cents([rate('grams', '1000000')], { grams: 1e-7 })).toBe(1);
  });

  test('reads a member of the payload, or what a JSON pointer points to', () => {
    const payload = { tokens: 7, usage: { 'a/b': 5, 'm~n': 6 }, lines: [{ cents: 3 }], '': 4 };
    expect(readField(payload, 'tokens')).toBe(7);
    expect(readField(payload, '/tokens')).toBe(7);
    expect(readField(payload, '/usage/a~1b')).toBe(5);
    expect(readField(payload, '/usage/m~0n')).toBe(6);
    expect(readField(payload, '/lines/0/cents')).toBe(3);
    expect(readField(payload, '/')).toBe(4);
    for (const nothing of [
      'usage.tokens',
      '/lines/00/cents',
      '/lines/-/cents',
      '/lines/length',
      '/toString',
      '/tokens/a',
    ])
      expect(readField(payload, nothing)).toBeUndefined();
  });

  test.each([
    ['absent', {}],
    ['null', { tokens: null }],
    ['a text', { tokens: '5' }],
    ['true', { tokens: true }],
    ['negative', { tokens: -1 }],
    ['NaN', { tokens: Number.NaN }],
    ['infinite', { tokens: Number.POSITIVE_INFINITY }],
    ['beyond the safe integers', { tokens: 2 ** 53 }],
    ['a list', { tokens: [5] }],
    ['inherited', Object.create({ tokens: 5 }) as Record<string, unknown>],
  ])('is unknown where a field is %s', (_, payload) => {
    expect(cents([rate('tokens', '0')], payload, 100)).toBeNull();
  });

  test('is unknown where it is more than can be said', () => {
    expect(cents([rate('n', '1')], { n: 1 }, Number.MAX_SAFE_INTEGER - 1)).toBe(Number.MAX_SAFE_INTEGER);
    expect(cents([rate('n', '1.000000000001')], { n: 1 }, Number.MAX_SAFE_INTEGER - 1)).toBeNull();
    expect(toBand(Number.MAX_SAFE_INTEGER, { p50: ONE, p95: ONE + 1n, confidence: 1 })).toBeNull();
  });

  test('a field is a name or a pointer that can be read', () => {
    expect(['tokens', '/usage/tokens', '/', '/a~1b', 'a~b'].map(isField)).toEqual([true, true, true, true, true]);
    expect(['', '/a~', '/a~2b'].map(isField)).toEqual([false, false, false]);
  });
});

const MICRO = 1_000_000n;
/** A rate in millionths of a cent, and a number of units, both as they are written and as integers. */
const metered = fc.record({ micro: fc.bigInt({ min: 0n, max: 10n ** 15n }), units: fc.nat(2 ** 31 - 1) });
const written = (micro: bigint) => `${micro / MICRO}.${String(micro % MICRO).padStart(6, '0')}`;
const anything = fc.oneof(fc.double(), fc.anything());

describe('whatever the model and the payload', () => {
  test('the sum is what whole numbers of millionths come to, rounded up', () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(metered, { maxLength: 6 }), (baseCents, meters) => {
        const rates = meters.map(({ micro }, n) => rate(`f${n}`, written(micro)));
        const payload = Object.fromEntries(meters.map(({ units }, n) => [`f${n}`, units]));
        const exact = meters.reduce((sum, { micro, units }) => sum + micro * BigInt(units), BigInt(baseCents) * MICRO);
        const up = (exact + MICRO - 1n) / MICRO;
        const expected = up > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(up);
        expect(modelCents({ baseCents, rates }, payload)).toBe(expected);
      }),
      { numRuns: 500 },
    ));

  test('the answer is unknown or a whole number that is not negative, and nothing less than the base', () =>
    fc.assert(
      fc.property(fc.nat(), metered, anything, (baseCents, { micro }, value) => {
        const answer = modelCents({ baseCents, rates: [rate('n', written(micro))] }, { n: value });
        if (answer === null) return;
        expect(Number.isSafeInteger(answer)).toBe(true);
        expect(answer).toBeGreaterThanOrEqual(baseCents);
      }),
      { numRuns: 1000 },
    ));

  test('nothing that uses something at a price costs nothing', () =>
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.double({ min: Number.MIN_VALUE, max: 1e9, noNaN: true }),
        (pico, units) => {
          const price = `${pico / 10n ** 12n}.${String(pico % 10n ** 12n).padStart(12, '0')}`;
          expect(modelCents({ baseCents: 0, rates: [rate('n', price)] }, { n: units })).toBeGreaterThan(0);
        },
      ),
    ));

  test('a band begins where half of it lies, ends no earlier, and without lessons is what the model says', () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.bigInt(0n, 2n * ONE), fc.bigInt(0n, 1000n * ONE), (cost, p50, more) => {
        expect(toBand(cost, UNLEARNT)).toEqual({ p50Cents: cost, p95Cents: cost, confidence: 0 });
        const band = toBand(cost, { p50, p95: p50 + more, confidence: 0.5 });
        if (band !== null) expect(band.p95Cents).toBeGreaterThanOrEqual(band.p50Cents);
      }),
    ));

  test('a number is the decimal that is written for it', () =>
    fc.assert(
      fc.property(fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }), (value) => {
        const decimal = fromNumber(value);
        expect(decimal).not.toBeNull();
        if (decimal !== null) expect(Number(`${decimal.digits}e-${decimal.decimals}`)).toBe(Math.abs(value));
      }),
      { numRuns: 1000 },
    ));

  test('sums and products of decimals are exact', () =>
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 30n), fc.nat(20), fc.bigInt(0n, 10n ** 30n), fc.nat(20), (a, m, b, n) => {
        const sum = add({ digits: a, decimals: m }, { digits: b, decimals: n });
        const product = multiply({ digits: a, decimals: m }, { digits: b, decimals: n });
        const at40 = ({ digits, decimals }: typeof sum) => digits * 10n ** BigInt(40 - decimals);
        expect(at40(sum)).toBe(a * 10n ** BigInt(40 - m) + b * 10n ** BigInt(40 - n));
        expect(at40(product)).toBe(a * b * 10n ** BigInt(40 - m - n));
        expect(roundUp(sum) * 10n ** BigInt(sum.decimals)).toBeGreaterThanOrEqual(sum.digits);
      }),
    ));
});

test('a decimal is written out, with as many decimals as are allowed', () => {
  expect(readDecimal('0.0003', 12)).toEqual({ digits: 3n, decimals: 4 });
  expect(readDecimal('12', 12)).toEqual({ digits: 12n, decimals: 0 });
  for (const text of ['', '.5', '5.', '-1', '+1', '1e3', '1,5', ' 1', '0x1', '1.0000000000001', 'NaN'])
    expect(readDecimal(text, 12), text).toBeNull();
});
