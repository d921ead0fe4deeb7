import { expect, test } from 'vitest';
import { ListRequestsQuery } from '@/lib/contracts';
import {
  changeFilters,
  countFilters,
  type QueueFilters,
  queueHref,
  readFilters,
  toListQuery,
  VIEWS,
  type View,
} from './filters';

const read = (search: string) => readFilters(new URLSearchParams(search));

const FULL: QueueFilters = {
  view: 'mine',
  q: 'invoice & co',
  skill: 'payments.transfer',
  agent: 'billing-bot',
  type: 'cost',
  level: 4,
  after: '2026-01-13T23:00:00.000Z',
  before: '2026-01-14T23:00:00.000Z',
};

test('a URL and its filters say the same, both ways', () => {
  for (const filters of [FULL, { view: 'open' }, { view: 'expired', q: 'x' }] as QueueFilters[]) {
    expect(read(queueHref(filters).split('?')[1] ?? '')).toEqual(filters);
  }
  expect(queueHref({ view: 'open' })).toBe('/queue');
  expect(queueHref({ view: 'open' }, 'req_1')).toBe('/queue?selected=req_1');
});

test('the same filters have the same address, in whatever order they were set', () => {
  const skillFirst = changeFilters(changeFilters({ view: 'mine' }, { skill: 'deploy' }), { q: 'invoice' });
  expect(queueHref(skillFirst)).toBe('/queue?view=mine&q=invoice&skill=deploy');
  expect(queueHref(read('q=invoice&skill=deploy&view=mine'))).toBe(queueHref(skillFirst));
});

test('what makes no sense in a URL is left out', () => {
  expect(read('view=nonsense&level=9&type=evil&after=yesterday&q=%20%20&skill=')).toEqual({ view: 'open' });
  expect(read('view=constructor&level=1.5')).toEqual({ view: 'open' });
  expect(read(`q=${'x'.repeat(500)}`).q).toHaveLength(200);
});

test('every view, with every filter, is a query the API accepts', () => {
  for (const view of Object.keys(VIEWS) as View[]) {
    const { status, assigned_to_me, ...rest } = toListQuery({ ...FULL, view }, 'next');
    const texts = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    const sent = { ...texts, ...(status ? { status } : {}), ...(assigned_to_me ? { assigned_to_me } : {}) };
    expect(ListRequestsQuery.safeParse(sent).error).toBeUndefined();
  }
});

test('mine is what I may decide, open is what anybody waits for', () => {
  expect(toListQuery({ view: 'mine' }, null)).toEqual({ assigned_to_me: 'true', sort: 'expires_at', limit: 50 });
  expect(toListQuery({ view: 'open' }, null)).toEqual({ status: ['open'], sort: 'expires_at', limit: 50 });
  expect(toListQuery({ view: 'all' }, 'c')).toEqual({ sort: '-created_at', limit: 50, cursor: 'c' });
});

test('changing a filter keeps the others, and emptying one takes it away', () => {
  expect(changeFilters(FULL, { q: '', level: undefined, skill: 'deploy' })).toEqual({
    view: 'mine',
    skill: 'deploy',
    agent: 'billing-bot',
    type: 'cost',
    after: FULL.after,
    before: FULL.before,
  });
});

test('the panel counts what it holds, not the view or the search', () => {
  expect(countFilters(FULL)).toBe(6);
  expect(countFilters({ view: 'mine', q: 'x' })).toBe(0);
});
