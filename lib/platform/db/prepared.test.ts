import { expect, test } from 'vitest';
import { makeStatementNames } from './prepared';

test('the same text has the same name in every process, another text another one', () => {
  const [one, other] = [makeStatementNames(), makeStatementNames()];
  expect(one('SELECT $1')).toBe(other('SELECT $1'));
  expect(one('SELECT $1')).toMatch(/^cs_[0-9a-f]{24}$/);
  expect(one('SELECT $1')).not.toBe(one('SELECT $2'));
});

test('texts without end are not prepared without end', () => {
  const nameOf = makeStatementNames();
  const names = Array.from({ length: 150 }, (_, n) => nameOf(`SELECT ${n}`));
  expect(names.filter((name) => name !== '')).toHaveLength(100);
  expect(nameOf('SELECT 0')).toBe(names[0]);
});
