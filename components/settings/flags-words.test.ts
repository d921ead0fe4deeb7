import { describe, expect, test } from 'vitest';
import type { FlagResource } from '@/lib/contracts';
import {
  byEnvironment,
  describeOvertaken,
  describePending,
  describeState,
  type FlagDraft,
  foreseeFlag,
  waitingInstead,
} from './flags-words';

const flag = (over: Partial<FlagDraft> = {}): FlagDraft => ({
  key: 'x',
  environment: 'production',
  enabled: false,
  rollout_percentage: 100,
  requires_signoff: false,
  owner: null,
  description: null,
  ...over,
});

// biome-ignore format: a table
test.each([
  ['switching on', flag(), flag({ enabled: true }), false, 'Rules see it on from now on, for everybody.'],
  ['switching on for some', flag(), flag({ enabled: true, rollout_percentage: 5 }), false, 'Rules see it on from now on, for 5% of those who ask.'],
  ['switching off', flag({ enabled: true, requires_signoff: true }), flag({ requires_signoff: true }), false, 'Rules see it off from now on, for everybody.'],
  ['switching on what needs sign-off', flag({ requires_signoff: true }), flag({ requires_signoff: true, enabled: true }), true, 'Until they do it stays as it is.'],
  ['making one that needs sign-off', null, flag({ requires_signoff: true, enabled: true }), true, 'It is made switched off'],
  ['removing what needs sign-off', flag({ requires_signoff: true, enabled: true }), null, true, 'It is switched off at once'],
  ['a smaller rollout without sign-off', flag({ requires_signoff: true, enabled: true }), flag({ enabled: true, rollout_percentage: 20 }), true, 'It is on for 20% only at once; the rest waits'],
  ['removing', flag(), null, false, 'It is gone at once.'],
])('%s says what happens, before it does', (_, before, after, asks, text) => {
  const foreseen = foreseeFlag(before, after);
  expect(foreseen.asks).toBe(asks);
  expect(foreseen.text).toContain(text);
});

test('a flag and what waits for it are said in words', () => {
  expect(describeState(flag())).toBe('Off');
  expect(describeState(flag({ enabled: true }))).toBe('On');
  expect(describeState(flag({ enabled: true, rollout_percentage: 25 }))).toBe('On for 25%');
  const change = { enabled: true, rollout_percentage: 50, requires_signoff: true, removes: false };
  expect(describePending(change)).toBe('To be on for 50%');
  expect(describePending({ ...change, requires_signoff: false })).toBe('To be on for 50%, without sign-off');
  expect(describePending({ ...change, removes: true })).toBe('To be removed');
});

describe('while a change of a flag waits', () => {
  const signed = (over: Partial<FlagResource> = {}): FlagResource => ({
    ...flag({ requires_signoff: true, rollout_percentage: 10 }),
    updated_at: '2026-01-01T00:00:00Z',
    updated_by_name: 'Marek Nowak',
    pending_request_id: 'req_1',
    pending_change: { enabled: true, rollout_percentage: 10, requires_signoff: true, removes: false },
    ...over,
  });
  const on = signed({ enabled: true });

  // biome-ignore format: a table
  test.each([
    ['switching it on', signed(), flag({ ...signed(), enabled: true }), 'req_1'],
    ['rolling it out further', signed(), flag({ ...signed(), rollout_percentage: 20 }), 'req_1'],
    ['removing what is off', signed(), null, 'req_1'],
    ['taking the sign-off away', signed(), flag({ ...signed(), requires_signoff: false }), 'req_1'],
    ['an owner', signed(), flag({ ...signed(), owner: 'payments' }), null],
    ['switching it off', on, flag({ ...on, enabled: false }), null],
    ['a smaller rollout', on, flag({ ...on, rollout_percentage: 5 }), null],
    ['removing what is on', on, null, null],
    ['making it', null, signed(), null],
    ['switching on where nothing waits', signed({ pending_request_id: null, pending_change: null }), flag({ ...signed(), enabled: true }), null],
  ])('%s', (_, before, after, expected) => expect(waitingInstead(before, after)).toBe(expected));
});

test('the environment of the deployment comes first', () => {
  const flags = ['a', 'production', 'b'].map((environment) => flag({ environment })) as FlagResource[];
  expect(byEnvironment(flags, 'production').map(({ environment }) => environment)).toEqual(['production', 'a', 'b']);
});

test('what somebody else did to a flag meanwhile is said with who did it', () => {
  const by = (over: Partial<FlagDraft>): FlagResource => ({
    ...flag(over),
    updated_at: '2026-01-01T00:00:00Z',
    updated_by_name: 'Marek Nowak',
    pending_request_id: null,
    pending_change: null,
  });
  expect(describeOvertaken(flag(), by({ enabled: true, rollout_percentage: 40, owner: 'risk' }))).toBe(
    'Marek Nowak has changed this flag: it was Off and is On for 40%; owner was nobody and is risk.',
  );
  expect(describeOvertaken(flag({ description: 'New' }), by({ requires_signoff: true }))).toBe(
    'Marek Nowak has changed this flag: sign-off was not needed and is needed; description was “New” and is none.',
  );
  expect(describeOvertaken(flag(), by({ rollout_percentage: 40 }))).toContain('it was Off and is Off, at 40%.');
  expect(describeOvertaken(flag(), undefined)).toBe('Somebody has removed this flag.');
  expect(describeOvertaken(undefined, by({ enabled: true }))).toBe('Marek Nowak has added this flag: On.');
});
