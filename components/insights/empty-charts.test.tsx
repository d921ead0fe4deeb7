import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import type { TimeToApprove } from '@/lib/contracts';
import { ApprovalTimeChart, standsAlone } from './approval-time-chart';
import { BacklogAges } from './backlog-section';
import { DistributionChart } from './distribution-chart';

const none = { p50_seconds: null, p90_seconds: null, p95_seconds: null, approved: 0 };
const nothing: TimeToApprove = {
  from: '2026-01-01T00:00:00.000Z',
  to: '2026-01-03T00:00:00.000Z',
  tz: 'UTC',
  bucket: 'day',
  overall: none,
  buckets: [{ start: '2026-01-01', ...none }],
  by_level: [],
  distribution: [
    { up_to_seconds: 3600, approved: 0 },
    { up_to_seconds: null, approved: 0 },
  ],
};

test('a chart of nothing says so instead of drawing empty axes', () => {
  const said = '>Nobody has approved anything in this time.<';
  expect(renderToStaticMarkup(<ApprovalTimeChart data={nothing} />)).toContain(said);
  expect(renderToStaticMarkup(<DistributionChart data={nothing} />)).toContain(said);
  const backlog = {
    at: nothing.to,
    open: 0,
    escalated: 0,
    runs_waiting: 0,
    oldest_created_at: null,
    by_level: [],
    ages: [],
  };
  expect(renderToStaticMarkup(<BacklogAges backlog={backlog} />)).toContain('>Nothing is open.<');
});

test('red is spoken of only where there is some', () => {
  const overall = { ...none, approved: 3, p50_seconds: 60 };
  const quick = { ...nothing, overall, distribution: [{ up_to_seconds: 3600, approved: 3 }] };
  expect(renderToStaticMarkup(<DistributionChart data={quick} />)).not.toContain('red');
  const slow = { ...quick, distribution: [{ up_to_seconds: null, approved: 3 }] };
  expect(renderToStaticMarkup(<DistributionChart data={slow} />)).toContain('red took more than a week');
});

test('a point that no line reaches is marked', () => {
  const rows = [1, null, 2, null, 3, 4].map((p50) => ({
    band: p50 === null ? null : ([p50, p50] as [number, number]),
  }));
  expect(rows.map((_, index) => standsAlone(rows, index))).toEqual([true, false, true, false, false, false]);
});
