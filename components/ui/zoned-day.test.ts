import { expect, test } from 'vitest';
import { addDays, dayIn, isDay, startOfDayIn } from './zoned-day';

const start = (timeZone: string, day: string) => new Date(startOfDayIn(timeZone, day)).toISOString();

test.each([
  ['UTC', '2026-01-14', '2026-01-14T00:00:00.000Z'],
  ['Europe/Amsterdam', '2026-01-14', '2026-01-13T23:00:00.000Z'],
  ['Asia/Kathmandu', '2026-01-14', '2026-01-13T18:15:00.000Z'],
  ['Pacific/Kiritimati', '2026-01-14', '2026-01-13T10:00:00.000Z'],
  ['Pacific/Pago_Pago', '2026-01-14', '2026-01-14T11:00:00.000Z'],
])('a day in %s begins at its own midnight', (zone, day, at) => {
  expect(start(zone, day)).toBe(at);
});

test.each([
  ['the day of 23 hours', 'Europe/Amsterdam', '2025-03-30', '2025-03-29T23:00:00.000Z'],
  ['the day after it', 'Europe/Amsterdam', '2025-03-31', '2025-03-30T22:00:00.000Z'],
  ['the day of 25 hours', 'Europe/Amsterdam', '2025-10-26', '2025-10-25T22:00:00.000Z'],
  ['the day after it', 'Europe/Amsterdam', '2025-10-27', '2025-10-26T23:00:00.000Z'],
  ['a day without a midnight', 'Africa/Cairo', '2025-04-25', '2025-04-24T22:00:00.000Z'],
  ['a day whose last hour comes twice', 'Africa/Cairo', '2025-10-31', '2025-10-30T22:00:00.000Z'],
])('where the clock is changed: %s', (_what, zone, day, at) => {
  expect(start(zone, day)).toBe(at);
  expect(dayIn(zone, Date.parse(at))).toBe(day);
  expect(dayIn(zone, Date.parse(at) - 1)).toBe(addDays(day, -1));
});

test('days are counted across months, years and leap days', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  expect(isDay('2024-02-29')).toBe(true);
  expect(isDay('2025-02-29')).toBe(false);
  expect(isDay('14-01-2026')).toBe(false);
});
