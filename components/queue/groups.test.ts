import { describe, expect, test } from 'vitest';
import { formatDay, startOfDay } from './day';
import { groupRequests } from './groups';

const nowMs = Date.parse('2026-01-14T20:00:00.000Z');
const at = (minutes: number) => new Date(nowMs + minutes * 60_000).toISOString();
const due = (id: string, minutes: number) => ({ id, expires_at: at(minutes), created_at: at(-600), resolved_at: null });
const draw = (groups: { label: string; requests: { id: string }[] }[]) =>
  groups.map(({ label, requests }) => `${label}: ${requests.map(({ id }) => id).join(' ')}`);

test('open requests are grouped by when they are due', () => {
  const requests = [due('late', -1), due('soon', 59), due('hour', 60), due('tonight', 61), due('tomorrow', 300)];
  expect(draw(groupRequests('open', requests, { nowMs, timeZone: 'UTC' }))).toEqual([
    'Expired: late',
    'Due within the hour: soon hour',
    'Due today: tonight',
    'Due later: tomorrow',
  ]);
});

test('today is the reader’s today', () => {
  const requests = [due('a', 61)];
  expect(draw(groupRequests('mine', requests, { nowMs, timeZone: 'Asia/Tokyo' }))).toEqual(['Due today: a']);
  expect(draw(groupRequests('mine', requests, { nowMs, timeZone: 'Europe/Helsinki' }))).toEqual(['Due today: a']);
  expect(draw(groupRequests('mine', [due('a', 121)], { nowMs, timeZone: 'Europe/Helsinki' }))).toEqual([
    'Due later: a',
  ]);
});

test('what is over is grouped by the day it ended, everything by the day it was asked', () => {
  const over = (id: string, created: number, resolved: number) => ({
    id,
    expires_at: at(0),
    created_at: at(created),
    resolved_at: at(resolved),
  });
  const requests = [over('a', -9000, -5), over('b', -9000, -24 * 60), over('c', -9000, -48 * 60)];
  const reader = { nowMs, timeZone: 'UTC' };
  expect(draw(groupRequests('approved', requests, reader))).toEqual(['Today: a', 'Yesterday: b', 'Earlier: c']);
  expect(draw(groupRequests('all', requests, reader))).toEqual(['Earlier: a b c']);
});

test('a row out of order joins its group', () => {
  const requests = [due('a', 10), due('b', 70), due('c', 11)];
  expect(draw(groupRequests('open', requests, { nowMs, timeZone: 'UTC' }))).toEqual([
    'Due within the hour: a c',
    'Due today: b',
  ]);
});

describe('days', () => {
  test('a day is told in the zone asked for', () => {
    expect(formatDay(nowMs, 'UTC')).toBe('2026-01-14');
    expect(formatDay(nowMs, 'Asia/Tokyo')).toBe('2026-01-15');
  });
  test('the start of a day is an instant, and nonsense is none', () => {
    expect(startOfDay('2026-01-14')).toBe(new Date(2026, 0, 14).toISOString());
    expect(startOfDay('2026-01-31', 1)).toBe(new Date(2026, 1, 1).toISOString());
    expect(startOfDay('14.1.2026')).toBeNull();
  });
});
