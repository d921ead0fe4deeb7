import { expect, test } from 'vitest';
import { FilterEventsQuery, ListEventsQuery } from '@/lib/contracts';
import { auditHref, changeFilters, csvHref, isFiltered, readFilters, toEventsQuery } from './filters';

const read = (query: string) => readFilters(new URLSearchParams(query));
const FULL =
  'actor=usr_ada&type=approval.approved&type=approval.rejected&from=2026-01-01T00%3A00%3A00.000Z&to=2026-02-01T00%3A00%3A00.000Z&request=req_1';

test('the address says the filters, and they are read back from it', () => {
  expect(auditHref(read(''))).toBe('/audit');
  expect(auditHref(read(FULL))).toBe(`/audit?${FULL}`);
});

test('an address that makes no sense shows everything', () => {
  expect(read('actor=%20&type=approval.lost&from=yesterday&request=')).toEqual({ types: [] });
  expect(read('actor=a%00b&from=%2B275760-09-13T00:00:00Z&to=-000001-01-01T00:00:00Z')).toEqual({ types: [] });
});

test('a filter that is emptied is gone', () => {
  const filters = changeFilters(read(FULL), { actor: '', from: undefined, types: [] });
  expect(filters).toEqual({ types: [], to: '2026-02-01T00:00:00.000Z', request: 'req_1' });
  expect(isFiltered(filters)).toBe(true);
  expect(isFiltered(changeFilters(filters, { to: undefined, request: undefined }))).toBe(false);
});

test('list and CSV ask for the same events, in words that the API takes', () => {
  const { order, limit, cursor, ...filter } = ListEventsQuery.parse(toEventsQuery(read(FULL), 'abc'));
  expect([order, limit, cursor]).toEqual(['desc', 50, 'abc']);
  const url = new URL(csvHref(read(FULL)), 'http://x');
  expect(url.pathname).toBe('/api/v1/exports/events.csv');
  const { type: _, ...single } = Object.fromEntries(url.searchParams);
  expect(FilterEventsQuery.parse({ ...single, type: url.searchParams.getAll('type') })).toEqual(filter);
});
