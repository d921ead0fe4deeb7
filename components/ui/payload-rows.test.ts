import fc from 'fast-check';
import { expect, test } from 'vitest';
import { breakPath, toPayloadRows } from './payload-rows';

const draw = (payload: unknown) =>
  toPayloadRows(payload).map(({ path, leaf }) =>
    leaf.kind === 'money' ? `${path} = ${leaf.text} (${leaf.cents})` : `${path} = ${leaf.text}`,
  );

test('nested objects and lists become dotted paths, in the order they have', () => {
  expect(
    draw({
      to: { name: 'Northwind GmbH', iban: 'DE89' },
      lines: [
        { sku: 'A', qty: 2 },
        { sku: 'B', qty: 1 },
      ],
      tags: ['a', 'b'],
    }),
  ).toEqual([
    'to.name = Northwind GmbH',
    'to.iban = DE89',
    'lines[0].sku = A',
    'lines[0].qty = 2',
    'lines[1].sku = B',
    'lines[1].qty = 1',
    'tags[0] = a',
    'tags[1] = b',
  ]);
});

test('cents beside a currency read as money, and the number that was sent stays', () => {
  expect(draw({ amount_cents: 250_000, currency: 'EUR' })).toEqual([
    'amount_cents = €2,500.00 (250000)',
    'currency = EUR',
  ]);
  expect(draw({ amount_cents: 250_000 })).toEqual(['amount_cents = 250000']);
  expect(draw({ amount_cents: 12.5, currency: 'EUR' })).toEqual(['amount_cents = 12.5', 'currency = EUR']);
  expect(draw({ amount_cents: '250000', currency: 'EUR' })[0]).toBe('amount_cents = 250000');
});

test('amounts are in the currency of the nearest object around them, also through lists', () => {
  expect(
    draw({
      currency: 'EUR',
      lines: [{ price_cents: 1200 }, { price_cents: 900, currency: 'USD', tax: { rate_cents: 100 } }],
      fees: [[{ fee_cents: 5 }]],
    }),
  ).toEqual([
    'currency = EUR',
    'lines[0].price_cents = €12.00 (1200)',
    'lines[1].price_cents = $9.00 (900)',
    'lines[1].currency = USD',
    'lines[1].tax.rate_cents = $1.00 (100)',
    'fees[0][0].fee_cents = €0.05 (5)',
  ]);
  expect(draw({ currency: 'EUR', line: { price_cents: 1200, currency: null } })).toContain('line.price_cents = 1200');
  expect(draw({ line: { currency: 'EUR' }, other: { price_cents: 1200 } })).toContain('other.price_cents = 1200');
});

test('what it costs comes first, wherever the payload has it', () => {
  const paths = (payload: unknown) => toPayloadRows(payload).map(({ path }) => path);
  expect(paths({ to: 'Ada', tax_cents: 4, currency: 'EUR', reference: 'INV', amount_cents: 250_000 })).toEqual([
    'tax_cents',
    'amount_cents',
    'currency',
    'to',
    'reference',
  ]);
  expect(paths({ to: 'Ada', line: { name: 'x', amount_cents: 1 }, currency: { code: 'EUR' } })).toEqual([
    'to',
    'line.name',
    'line.amount_cents',
    'currency.code',
  ]);
});

test('a text that looks like a number, a boolean or null, or has hidden ends, is quoted', () => {
  const quoted = (text: string) => toPayloadRows({ text })[0]?.leaf;
  for (const text of ['250', '-1.5e3', 'true', 'null', ' padded']) expect(quoted(text)).toMatchObject({ quoted: true });
  for (const text of ['250 EUR', 'truely', 'INV-4711']) expect(quoted(text)).toMatchObject({ quoted: false });
});

test('what is empty is said, not left out', () => {
  expect(draw({ a: null, b: '', c: [], d: {} })).toEqual([
    'a = null',
    'b = empty text',
    'c = empty list',
    'd = empty object',
  ]);
  expect(draw({})).toEqual([' = empty object']);
});

test('keys that would read as a path are quoted, and __proto__ is a key like any other', () => {
  expect(draw(JSON.parse('{"a.b":1,"__proto__":{"x":2},"":3}'))).toEqual([
    '["a.b"] = 1',
    '__proto__.x = 2',
    '[""] = 3',
  ]);
});

test('a path breaks after what separates its words, and loses nothing', () => {
  expect(breakPath('checks[0].sign_in_errors_per_minute')).toEqual([
    'checks[0].',
    'sign_',
    'in_',
    'errors_',
    'per_',
    'minute',
  ]);
  expect(breakPath('lines[0]["a b"]')).toEqual(['lines[0]', '["a b"]']);
  expect(breakPath('')).toEqual(['']);
});

test('depth cannot overflow the stack', () => {
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level += 1) deep = { d: deep };
  expect(toPayloadRows(deep)).toHaveLength(1);
});

// The guarantee: two different payloads never look the same, because nothing is merged and every path is unambiguous.
test('every leaf of any JSON has its own row and its own path', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (payload) => {
      const paths = toPayloadRows(payload).map(({ path }) => path);
      expect(new Set(paths).size).toBe(paths.length);
    }),
  );
});
