import { describe, expect, test } from 'vitest';
import { insightsHref, readFilters, toRanges } from './filters';

const read = (query: string) => readFilters(new URLSearchParams(query));

describe('the address', () => {
  test('says nothing where the page shows what it would show by itself', () => {
    expect(insightsHref({ days: 30, bucket: 'day', tz: null })).toBe('/insights');
    expect(insightsHref({ days: 365, bucket: 'week', tz: null })).toBe('/insights?days=365');
  });

  test.each(['', 'days=7', 'days=90&bucket=month', 'days=365&bucket=day&tz=Europe%2FAmsterdam'])(
    'is read back: %s',
    (query) => {
      expect(insightsHref(read(query))).toBe(query === '' ? '/insights' : `/insights?${query}`);
    },
  );

  test.each(['days=12', 'days=7&bucket=month', 'bucket=hour', 'tz=Mars', 'tz=%2B01%3A00', 'days=30&days=x'])(
    'that makes no sense shows something all the same: %s',
    (query) => {
      const { days, bucket, tz } = read(query);
      expect([7, 30]).toContain(days);
      expect(bucket).toBe('day');
      expect(tz).toBeNull();
    },
  );
});

describe('the time that is looked at', () => {
  const now = Date.parse('2026-01-14T09:41:00Z');

  test('is as many local days as it says, today included', () => {
    const { current, previous } = toRanges({ days: 7, bucket: 'day' }, 'Europe/Amsterdam', now);
    expect(current).toEqual({ from: '2026-01-07T23:00:00.000Z', to: '2026-01-14T09:41:00.000Z' });
    expect(previous.to).toBe(current.from);
    expect(Date.parse(current.to) - Date.parse(current.from)).toBe(Date.parse(previous.to) - Date.parse(previous.from));
  });

  test('begins on a Monday where it is cut into weeks, and on a first where into months', () => {
    // 1 to 14 January 2026 less 89 days is 17 October 2025, a Friday.
    expect(toRanges({ days: 90, bucket: 'week' }, 'UTC', now).current.from).toBe('2025-10-13T00:00:00.000Z');
    expect(toRanges({ days: 90, bucket: 'month' }, 'UTC', now).current.from).toBe('2025-10-01T00:00:00.000Z');
  });

  test('begins at midnight also when the clock was changed in between', () => {
    const afterSpring = Date.parse('2025-04-02T12:00:00Z');
    expect(toRanges({ days: 7, bucket: 'day' }, 'Europe/Amsterdam', afterSpring).current.from).toBe(
      '2025-03-26T23:00:00.000Z',
    );
  });
});
