import { expect, test } from 'vitest';
import type { StandingResource } from '@/lib/contracts';
import {
  describeChange,
  describeFlip,
  describeProgress,
  describeStanding,
  isOpen,
  replayHref,
  shareOf,
} from './replay-words';

const waits = (level: number, people = 1): StandingResource => ({
  decision: 'requires_approval',
  approval_level_required: level,
  min_approvals: people,
});
const ALLOW: StandingResource = { decision: 'allow', approval_level_required: null, min_approvals: null };

test('an answer is told by what it means to who asked', () => {
  expect([ALLOW, { ...ALLOW, decision: 'deny' as const }, waits(4), waits(4, 2)].map(describeStanding)).toEqual([
    'Allow',
    'Deny',
    'Level 4',
    'Level 4, 2 people',
  ]);
  expect(describeFlip({ from: ALLOW, to: waits(2) })).toBe('Allow becomes Level 2');
});

test('a share is never rounded to nothing or to everything where it is neither', () => {
  expect([
    shareOf(0, 10),
    shareOf(1, 100_000),
    shareOf(1, 3),
    shareOf(99_999, 100_000),
    shareOf(10, 10),
    shareOf(0, 0),
  ]).toEqual(['0%', 'under 0.1%', '33.3%', 'over 99.9%', '100%', null]);
});

test('progress says what it waits for, or how far it is', () => {
  expect(describeProgress({ status: 'queued', evaluated: 0, total: null })).toBe('Waits for the worker');
  expect(describeProgress({ status: 'running', evaluated: 0, total: null })).toBe('Counting what was recorded');
  expect(describeProgress({ status: 'running', evaluated: 1250, total: 100_000 })).toBe('1,250 of 100,000 judged');
  expect(['queued', 'running', 'done', 'failed', 'cancelled'].filter((status) => isOpen(status as 'queued'))).toEqual([
    'queued',
    'running',
  ]);
});

test('a change has its sign', () => {
  expect([describeChange(4, 16), describeChange(4.55, 1, 1), describeChange(4, 4.01, 1)]).toEqual([
    '+12',
    '−3.6',
    'no change',
  ]);
});

test('a replay has its page below its version', () => {
  expect(replayHref({ policy_version: 'acme@8', replay_id: 'rpl_1' })).toBe('/policies/acme@8/replays/rpl_1');
});
