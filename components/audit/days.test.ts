import { expect, test } from 'vitest';
import type { EventResource } from '@/lib/contracts';
import { byDay, nameDay } from './days';

test('events are cut where the day changes for the reader, and keep their order', () => {
  const events = ['2026-01-14T23:30:00Z', '2026-01-14T22:30:00Z', '2026-01-14T01:00:00Z', '2026-01-13T22:59:00Z'].map(
    (timestamp) => ({ timestamp }) as EventResource,
  );
  const cut = (timeZone: string) => byDay(events, timeZone).map(({ day, events: of }) => [day, of.length]);
  expect(cut('UTC')).toEqual([
    ['2026-01-14', 3],
    ['2026-01-13', 1],
  ]);
  expect(cut('Europe/Amsterdam')).toEqual([
    ['2026-01-15', 1],
    ['2026-01-14', 2],
    ['2026-01-13', 1],
  ]);
});

test('a day has a name, and the last two say how near they are', () => {
  expect(nameDay('2026-01-14', '2026-01-14', '2026-01-13')).toBe('Today · Wednesday, 14 January 2026');
  expect(nameDay('2026-01-13', '2026-01-14', '2026-01-13')).toBe('Yesterday · Tuesday, 13 January 2026');
  expect(nameDay('2025-12-31', '2026-01-14', '2026-01-13')).toBe('Wednesday, 31 December 2025');
});
