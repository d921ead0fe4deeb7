import { expect, test } from 'vitest';
import { nothingBeside } from './queue-empty';

test('only who has nothing left of their own is told to be done', () => {
  expect(nothingBeside({ view: 'mine' }, true)).toBe('You are done');
  expect(nothingBeside({ view: 'mine' }, false)).toBe('Nothing selected');
  expect(nothingBeside({ view: 'mine', q: 'invoice' }, true)).toBe('Nothing selected');
  expect(nothingBeside({ view: 'mine', level: 4 }, true)).toBe('Nothing selected');
  expect(nothingBeside({ view: 'open' }, true)).toBe('Nothing selected');
});
