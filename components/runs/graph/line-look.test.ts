import { expect, test } from 'vitest';
import { lookOf } from './flow-line';

test('a line says what has passed along it', () => {
  expect(lookOf('succeeded', 'pending')).toBe('ahead');
  expect(lookOf('succeeded', 'running')).toBe('under-way');
  expect(lookOf('succeeded', 'waiting')).toBe('under-way');
  expect(lookOf('succeeded', 'failed')).toBe('passed');
  expect(lookOf('rejected', 'skipped')).toBe('gone');
  expect(lookOf('skipped', 'succeeded')).toBe('gone');
  expect(lookOf('succeeded', 'cancelled')).toBe('passed');
  expect(lookOf('cancelled', 'unreached')).toBe('gone');
  expect(lookOf(null, null)).toBe('ahead');
});
