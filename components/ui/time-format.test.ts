import { describe, expect, test } from 'vitest';
import {
  formatAge,
  formatExact,
  formatMoment,
  formatSpan,
  heatOf,
  spellRelative,
  toNearestDay,
  toTimeZone,
} from './time-format';

const s = 1000;
const min = 60 * s;
const h = 60 * min;
const d = 24 * h;

describe('a span shows its largest unit, rounded down', () => {
  test.each([
    [0, '0 s'],
    [59.9 * s, '59 s'],
    [min, '1 min'],
    [59 * min + 59 * s, '59 min'],
    [h, '1 h'],
    [47 * h, '47 h'],
    [48 * h, '2 d'],
    [400 * d, '400 d'],
    [730 * d, '2 y'],
    [-12 * min, '12 min'],
  ])('%d ms is %s', (ms, text) => expect(formatSpan(ms)).toBe(text));
});

test('a key of 90 days has 90 days as soon as it is made', () => {
  expect([90 * d - s, 89.4 * d, 47 * h + 59 * min].map((ms) => formatSpan(toNearestDay(ms)))).toEqual([
    '90 d',
    '89 d',
    '47 h',
  ]);
});

test('an age under five seconds, or in the future because a clock is off, is now', () => {
  expect([4 * s, -3 * h, 5 * s].map(formatAge)).toEqual(['now', 'now', '5 s']);
});

test('assistive technology hears whole words and the direction', () => {
  expect([-12 * min, 3 * h, h, -2 * s].map(spellRelative)).toEqual([
    '12 minutes ago',
    'in 3 hours',
    'in 1 hour',
    'now',
  ]);
});

test('heat rises at an hour and at a quarter of an hour, and ends at the moment itself', () => {
  expect([h, h - 1, 15 * min, 15 * min - 1, 1, 0].map((left) => heatOf(left))).toEqual([
    'calm',
    'warm',
    'warm',
    'hot',
    'hot',
    'past',
  ]);
  expect(heatOf(4 * h, { hotMs: h, warmMs: d })).toBe('warm');
});

describe('moments', () => {
  const at = new Date('2026-01-14T08:41:12Z');

  test('the exact time names its offset', () => {
    expect(formatExact(at, 'UTC')).toBe('14 Jan 2026, 08:41:12 UTC');
    expect(formatExact(at, 'Europe/Amsterdam')).toBe('14 Jan 2026, 09:41:12 UTC+01:00');
    expect(formatExact(new Date('2026-09-01T00:00:00Z'), 'Asia/Kolkata')).toBe('1 Sep 2026, 05:30:00 UTC+05:30');
  });

  test('midnight is 00, never 24', () => {
    expect(formatExact(new Date('2026-01-14T00:00:00Z'), 'UTC')).toBe('14 Jan 2026, 00:00:00 UTC');
  });

  test('a moment says as much as is needed to place it, by the day of the reader', () => {
    expect(formatMoment(at, new Date('2026-01-14T23:00:00Z'), 'UTC')).toBe('08:41');
    expect(formatMoment(at, new Date('2026-01-14T23:30:00Z'), 'Europe/Amsterdam')).toBe('14 Jan, 09:41');
    expect(formatMoment(at, new Date('2027-01-14T08:00:00Z'), 'UTC')).toBe('14 Jan 2026');
  });
});

test('an unknown time zone is UTC', () => {
  expect(['Europe/Amsterdam', 'Mars/Olympus', '', undefined, '<script>'].map(toTimeZone)).toEqual([
    'Europe/Amsterdam',
    'UTC',
    'UTC',
    'UTC',
    'UTC',
  ]);
});
