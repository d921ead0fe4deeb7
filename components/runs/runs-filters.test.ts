import { expect, test } from 'vitest';
import { readFilters, runsHref, toListQuery } from './runs-filters';

const read = (query: string) => readFilters(new URLSearchParams(query));

test('an address says which runs are shown, and what makes no sense in it is left out', () => {
  expect(read('status=paused&dag=weekly_ops_chain')).toEqual({ status: 'paused', dag: 'weekly_ops_chain' });
  expect(read('status=nonsense&dag=%00')).toEqual({});
  expect(runsHref(read('dag=a.b&status=failed'))).toBe('/runs?status=failed&dag=a.b');
  expect(runsHref({})).toBe('/runs');
});

test('the API is asked for the same', () => {
  expect(toListQuery({ status: 'paused', dag: 'chain' }, 'next')).toEqual({
    limit: 50,
    status: ['paused'],
    dag_name: 'chain',
    cursor: 'next',
  });
  expect(toListQuery({}, null)).toEqual({ limit: 50 });
});
