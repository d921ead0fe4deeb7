import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countDifferences, findDifferences, type Identify, isSame } from './diff';

const identify: Identify = (path) => (path.join('/') === 'rules' ? ({ id }) => String(id) : null);

test('differences are named as precisely as there is a name', () => {
  const before = { rules: [{ id: 'a', level: 3, tags: ['x'] }, { id: 'b' }], level: 1, gone: true };
  const after = { rules: [{ id: 'c' }, { id: 'a', level: 4, tags: ['x', 'y'] }], level: 1, 'a/b~': 2, nothing: null };
  expect(findDifferences(before, after, identify)).toEqual({
    added: [
      { path: '/rules/c', after: { id: 'c' } },
      { path: '/a~1b~0', after: 2 },
    ],
    changed: [
      { path: '/rules/a/level', before: 3, after: 4 },
      { path: '/rules/a/tags', before: ['x'], after: ['x', 'y'] },
    ],
    removed: [
      { path: '/rules/b', before: { id: 'b' } },
      { path: '/gone', before: true },
    ],
  });
});

test('what differs and what is the same are told apart alike, and the order of named items says nothing', () => {
  const value = fc.record({
    rules: fc.uniqueArray(fc.record({ id: fc.nat(4), level: fc.option(fc.nat(2)) }), { selector: ({ id }) => id }),
    list: fc.array(fc.nat(1), { maxLength: 2 }),
    field: fc.option(fc.nat(2)),
  });
  fc.assert(
    fc.property(value, value, (a, b) => {
      const sorted = (of: typeof a) => ({ ...of, rules: [...of.rules].sort((x, y) => x.id - y.id) });
      expect(countDifferences(findDifferences(a, b, identify)) === 0).toBe(isSame(sorted(a), sorted(b)));
      expect(countDifferences(findDifferences(a, { ...a, rules: [...a.rules].reverse() }, identify))).toBe(0);
    }),
  );
});

test('a field that is null is one that is not there, and a list is no object', () => {
  expect(isSame({ a: null }, {})).toBe(true);
  expect(isSame({ a: { b: undefined } }, { a: { b: null } })).toBe(true);
  expect(isSame([1], { 0: 1 })).toBe(false);
  expect(isSame({ toString: null }, {})).toBe(true);
});
