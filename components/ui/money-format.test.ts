import { expect, test } from 'vitest';
import { formatMoney } from './money-format';

test('cents are shown with their currency and both decimals', () => {
  expect(formatMoney(250_000, 'EUR')).toBe('€2,500.00');
  expect(formatMoney(5, 'usd')).toBe('$0.05');
  expect(formatMoney(-1999, 'GBP')).toBe('-£19.99');
  expect(formatMoney(0, 'EUR')).toBe('€0.00');
});

test('currencies without minor units still show the hundredths that were asked for', () => {
  expect(formatMoney(250_050, 'JPY')).toBe('¥2,500.50');
});

test('the largest safe integer is not rounded', () => {
  expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EUR')).toBe('€90,071,992,547,409.91');
});

test('an unknown or missing currency never throws and is never guessed', () => {
  expect(formatMoney(250_000, null)).toBe('2,500.00');
  expect(formatMoney(250_000, 'points!')).toBe('2,500.00 POINTS!');
});
