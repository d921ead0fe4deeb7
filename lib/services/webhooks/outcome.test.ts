import { expect, test } from 'vitest';
import type { PostResult } from '@/lib/platform/http-client';
import { judgeAttempt } from './outcome';

const NOON_MS = Date.parse('2026-01-14T12:00:00Z');
const SCHEDULE = [1, 5, 15];

const answered = (status: number, retryAfter: string | null = null): PostResult => ({
  answered: true,
  status,
  retryAfter,
  head: '',
  latencyMs: 5,
});
const judge = (result: PostResult, behind: number) => judgeAttempt(result, SCHEDULE, behind, NOON_MS);

test.each([200, 201, 204, 299])('%i is success', (status) => {
  expect(judge(answered(status), 0)).toEqual({ status: 'delivered', nextInSeconds: null, error: null, gone: false });
});

test.each([100, 301, 302, 308, 400, 404, 429, 500, 503])('%i is failure, asked again on the schedule', (status) => {
  expect([0, 1, 2, 3].map((behind) => judge(answered(status), behind))).toMatchObject([
    { status: 'failed', nextInSeconds: 1 },
    { status: 'failed', nextInSeconds: 5 },
    { status: 'failed', nextInSeconds: 15 },
    { status: 'dead', nextInSeconds: null },
  ]);
});

test('410 ends a delivery at its first attempt and says that the endpoint is gone', () => {
  expect(judge(answered(410), 0)).toEqual({
    status: 'dead',
    nextInSeconds: null,
    error: 'Answered 410',
    gone: true,
  });
});

test('no answer is failure, with what went wrong', () => {
  const silent: PostResult = { answered: false, timedOut: true, error: 'No answer within 10 s', latencyMs: 10_000 };
  expect(judge(silent, 0)).toMatchObject({ status: 'failed', nextInSeconds: 1, error: 'No answer within 10 s' });
});

test.each([429, 503])('%i is asked again no sooner than it says, and no sooner than the schedule', (status) => {
  expect(judge(answered(status, '7'), 0)).toMatchObject({ status: 'failed', nextInSeconds: 7 });
  expect(judge(answered(status, '2'), 1)).toMatchObject({ status: 'failed', nextInSeconds: 5 });
  expect(judge(answered(status, '7'), 3)).toMatchObject({ status: 'dead' });
});
