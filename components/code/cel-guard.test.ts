import { expect, test } from 'vitest';
import { checkExpression } from '@/lib/platform/cel';
import { guardWithHas } from './cel-guard';
import { tokenizeCel } from './cel-tokens';

/** Applies the fix to every field that the gate warns about, as the editor offers it, until it has nothing left to warn about. */
function mend(expression: string): string {
  let mended = expression;
  for (let round = 0; round < 5; round++) {
    const checked = checkExpression(mended);
    if (!checked.ok) throw new Error(`${checked.fault.message}: ${mended}`);
    const [read] = checked.fields;
    if (read === undefined) return mended;
    mended = guardWithHas(mended, read.start, read.end) ?? mended;
  }
  throw new Error(`Still warned about: ${mended}`);
}

const AMOUNT = 'request.payload.amount';
const HAS = 'has(request.payload.amount)';

test.each([
  [`${AMOUNT} > 1`, `${HAS} && ${AMOUNT} > 1`],
  [`request.skill_id == 'a' && ${AMOUNT} > 1`, `request.skill_id == 'a' && ${HAS} && ${AMOUNT} > 1`],
  [`request.skill_id == 'a' || ${AMOUNT} > 1`, `request.skill_id == 'a' || (${HAS} && ${AMOUNT} > 1)`],
  [`(${AMOUNT} > 1) || now > now`, `(${HAS} && ${AMOUNT} > 1) || now > now`],
  [`!(${AMOUNT} > 1)`, `!(${HAS} && ${AMOUNT} > 1)`],
  [`size(${AMOUNT}) > 1`, `${HAS} && size(${AMOUNT}) > 1`],
  [`${AMOUNT} in ['&&', ')']`, `${HAS} && ${AMOUNT} in ['&&', ')']`],
  [`${AMOUNT}.all(x, x > 1 || x < 0)`, `${HAS} && ${AMOUNT}.all(x, x > 1 || x < 0)`],
  [`[1].all(x, x > 1 || ${AMOUNT} == x)`, `${HAS} && [1].all(x, x > 1 || ${AMOUNT} == x)`],
  [`now > now ? ${AMOUNT} > 1 : false`, `now > now ? (${HAS} && ${AMOUNT} > 1) : false`],
  ['cost.estimate_cents > 100', 'has(cost.estimate_cents) && cost.estimate_cents > 100'],
  ['request.payload.`a.b c` == 1', 'has(request.payload.`a.b c`) && request.payload.`a.b c` == 1'],
  ['cost.budget_left_cents < 100', 'has(cost.budget_left_cents) && cost.budget_left_cents < 100'],
  [
    `request.payload.to.country == 'KP'`,
    `has(request.payload.to) && has(request.payload.to.country) && request.payload.to.country == 'KP'`,
  ],
])('%s is asked with has() first, and the gate warns no more', (expression, mended) => {
  expect(mend(expression)).toBe(mended);
});

test('what is always there, or is not written with dots, has no such fix', () => {
  expect(guardWithHas("request.payload.to['b'] == 1", 0, 23)).toBeNull();
  expect(guardWithHas('request.skill_id == "a"', 0, 16)).toBeNull();
});

test('tokens cover the whole text, whatever it is', () => {
  const text = `r'a' + 'b\\'c' // \n "open && (1.5e3 ? x.y(z) : true)`;
  expect(
    tokenizeCel(text)
      .map(({ start, end }) => text.slice(start, end))
      .join(''),
  ).toBe(text);
  const kinds = tokenizeCel('request.skill_id.matches("a") in true').filter(({ kind }) => kind !== 'space');
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'name',
    'other',
    'member',
    'other',
    'call',
    'bracket',
    'string',
    'bracket',
    'word',
    'word',
  ]);
});
