import { expect, test } from 'vitest';
import { fromNow } from './times';

const NOW = Date.parse('2026-01-14T12:00:00Z');

test.each([
  ['2026-01-14T14:05:09Z', 'in 2h 5m'],
  ['2026-01-14T12:00:00Z', 'in 0s'],
  ['2026-01-14T12:00:59Z', 'in 59s'],
  ['2026-01-14T13:00:30Z', 'in 1h'],
  ['2026-01-17T16:00:00Z', 'in 3d 4h'],
  ['2026-01-14T11:58:30Z', '1m 30s ago'],
])('%s is %s', (time, words) => expect(fromNow(time, NOW)).toBe(words));
