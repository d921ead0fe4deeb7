import { expect, test } from 'vitest';
import { MAX_RETRY_AFTER_SECONDS, retryAfterSeconds } from './retry-after';

const NOON_MS = Date.parse('2026-01-14T12:00:00Z');

test('Retry-After is read as seconds or a date, and bounded', () => {
  expect(retryAfterSeconds('Wed, 14 Jan 2026 12:00:30 GMT', NOON_MS)).toBe(30);
  expect(retryAfterSeconds('Wed, 14 Jan 2026 11:00:00 GMT', NOON_MS)).toBe(0);
  expect(retryAfterSeconds('99999999999999999999', NOON_MS)).toBe(MAX_RETRY_AFTER_SECONDS);
  for (const unreadable of [null, '', '-5', 'soon', '1e3']) expect(retryAfterSeconds(unreadable, NOON_MS)).toBe(0);
});
