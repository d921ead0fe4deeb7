import { describe, expect, test } from 'vitest';
import type { EvaluationResource } from '@/lib/contracts';
import { groupAnswers } from './answer-groups';
import type { Reply } from './ask-versions';
import { beginAsking, hear } from './asking';
import { type Choice, chosenOf, EVERY_VERSION, missingOf, turn } from './choice';
import { differencesOf } from './differences';
import { type PlaygroundState, playgroundHref, readPlayground } from './playground-state';
import { describeAnswers, describeChoice, describeMissing, nameDifferences } from './playground-words';

const draft = {
  skillId: 'payments.transfer',
  agentId: 'billing-bot',
  policyType: 'capability',
  payload: '{\n  "amount_cents": 250000,\n  "to": "Ada & Söhne"\n}',
} as const;

const only = (...named: string[]): Choice => ({ every: false, named });

describe('the address of a question', () => {
  const readHref = (href: string | null) => readPlayground(new URL(href ?? '', 'http://x').searchParams);

  test.each<[string, Choice]>([
    ['every version', EVERY_VERSION],
    ['every version but two', { every: true, named: ['acme@7', 'acme@8'] }],
    ['two versions', only('acme@7', 'acme@8')],
    ['no version', only()],
  ])('brings back what it was made of: %s', (_, choice) => {
    const state: PlaygroundState = { draft, choice };
    expect(readHref(playgroundHref(state))).toEqual(state);
  });

  test('is none where the payload or the versions are too long for one', () => {
    const payload = JSON.stringify({ text: 'x'.repeat(4000) });
    expect(playgroundHref({ draft: { ...draft, payload }, choice: EVERY_VERSION })).toBeNull();
    const named = Array.from({ length: 500 }, (_, index) => `acme@${1000 + index}`);
    expect(playgroundHref({ draft, choice: only(...named) })).toBeNull();
  });

  test('asks as an empty form where it says something wrong, and every version where it names none', () => {
    const read = readPlayground(new URLSearchParams('type=everything&payload={&v=a&v=a'));
    expect(read).toEqual({ draft: { skillId: '', agentId: '', policyType: 'cost', payload: '{' }, choice: only('a') });
    expect(readPlayground(new URLSearchParams('skill=a')).choice).toEqual(EVERY_VERSION);
  });
});

describe('the versions that are asked', () => {
  const KNOWN = ['acme@9', 'acme@8', 'acme@7'];

  test('are every one but what decides now, newest first, until some are left out', () => {
    expect(chosenOf(EVERY_VERSION, KNOWN, 'acme@8')).toEqual(['acme@9', 'acme@7']);
    const without = turn(EVERY_VERSION, 'acme@9');
    expect(chosenOf(without, KNOWN, 'acme@8')).toEqual(['acme@7']);
    expect(chosenOf(turn(without, 'acme@9'), KNOWN, 'acme@8')).toEqual(['acme@9', 'acme@7']);
    // A version that is written later is asked too.
    expect(chosenOf(without, ['acme@10', ...KNOWN], 'acme@8')).toEqual(['acme@10', 'acme@7']);
  });

  test('are only those that are named, where some are; one that is not there is said', () => {
    expect(chosenOf(turn(only(), 'acme@7'), KNOWN, null)).toEqual(['acme@7']);
    const choice = only('acme@3', 'acme@7', 'acme@9');
    expect(chosenOf(choice, KNOWN, 'acme@8')).toEqual(['acme@9', 'acme@7']);
    expect(describeMissing(missingOf(choice, KNOWN))).toBe('There is no version acme@3 here.');
    expect(describeMissing(missingOf(EVERY_VERSION, KNOWN))).toBeNull();
    expect(chosenOf(only('acme@8'), KNOWN, 'acme@8')).toEqual([]);
  });

  test('are said in words', () => {
    expect(describeChoice(['a', 'b'], ['a', 'b'], 'acme@8')).toBe(
      'acme@8, which decides now, is asked, and both other versions.',
    );
    expect(describeChoice([], ['a'], null)).toBe('The level configuration, which decides now, is asked alone.');
  });
});

const ANSWER: EvaluationResource = {
  decision: 'requires_approval',
  reasons: ['Too much'],
  matched_rules: [{ rule_id: 'large', effect: 'require_approval', level: 4, reason: 'Too much' }],
  policy_version: 'acme@7',
  violations: [],
  errors: [],
  approval_level_required: 4,
  min_approvals: 1,
  simulated_cost_cents: 100,
  cost: { p50_cents: 100, p95_cents: 100, confidence: 0, model_version: null },
  evaluation_id: 'evl_1',
  timestamp: '2026-01-01T00:00:00Z',
};
const LATER = { ...ANSWER, policy_version: 'acme@8', evaluation_id: 'evl_2', timestamp: '2026-01-02T00:00:00Z' };
const DENIED: EvaluationResource = {
  ...LATER,
  decision: 'deny',
  approval_level_required: null,
  reasons: ['Frozen'],
};
const HIGHER: EvaluationResource = { ...LATER, approval_level_required: 5 };

test('answers differ in what they say, and not in which version says it or when', () => {
  expect(differencesOf(LATER, ANSWER)).toEqual(new Set());
  expect(differencesOf(HIGHER, ANSWER)).toEqual(new Set(['people']));
  expect(differencesOf(DENIED, ANSWER)).toEqual(new Set(['decision', 'people', 'reasons']));
});

describe('what the answers come to', () => {
  const replies = (given: Record<string, EvaluationResource | string>) =>
    new Map<string, Reply>(
      Object.entries(given).map(([version, said]) => [
        version,
        typeof said === 'string' ? { refusal: said } : { answer: said },
      ]),
    );
  const drawn = (given: Parameters<typeof replies>[0]) =>
    groupAnswers(ANSWER, replies(given)).map(({ versions, differs }) => [versions, nameDifferences(differs)]);

  test('what decides now comes first, then what differs most, each answer once', () => {
    expect(
      drawn({ 'a@9': HIGHER, 'a@8': LATER, 'a@7': DENIED, 'a@6': LATER, 'a@5': HIGHER, 'a@4': 'It is too slow' }),
    ).toEqual([
      [['a@8', 'a@6'], []],
      [['a@7'], ['decision', 'reasons']],
      [['a@9', 'a@5'], ['level or people']],
    ]);
    expect(drawn({ 'a@9': DENIED })[0]).toEqual([[], []]);
  });

  test('is said in a sentence or two', () => {
    const said = (given: Parameters<typeof replies>[0], refused = 0, left = 0) =>
      describeAnswers(groupAnswers(ANSWER, replies(given)), refused, left);
    expect(said({ a: LATER })).toBe('The other version answers the same.');
    expect(said({ a: LATER, b: LATER })).toBe('Both other versions answer the same.');
    expect(said({ a: DENIED })).toBe('The other version answers otherwise than what decides now.');
    expect(said({ a: DENIED, b: LATER })).toBe('1 of 2 answers otherwise than what decides now.');
    expect(said({ a: DENIED, b: HIGHER, c: LATER }, 1, 2)).toBe(
      '2 of 3 answer otherwise than what decides now, in 2 ways. One gives no answer. 2 have not been asked yet.',
    );
  });
});

describe('while it is asked', () => {
  const begun = beginAsking({
    question: { skill_id: 'a', agent_id: null, policy_type: 'cost', payload: {}, tenant_id: 'acme' },
    draft,
    active: 'acme@7',
  });

  test('what is heard adds up, as long as what decides now stays as it was', () => {
    const first = hear(begun, { now: ANSWER, replies: [['acme@9', { answer: LATER }]] });
    const second = hear(first, {
      now: { ...ANSWER, evaluation_id: 'evl_9' },
      replies: [['acme@8', { refusal: 'No' }]],
    });
    expect([...second.replies.keys()]).toEqual(['acme@9', 'acme@8']);
    expect(second.phase).toBe('asking');
  });

  test.each<[string, EvaluationResource]>([
    ['another version that decides', LATER],
    ['another answer of the same version', { ...ANSWER, approval_level_required: 5 }],
  ])('once there is %s, nothing more is heard', (_, now) => {
    const first = hear(begun, { now: ANSWER, replies: [] });
    const second = hear(first, { now, replies: [['acme@8', { answer: LATER }]] });
    expect(second.phase).toBe('overtaken');
    expect(second.replies.size).toBe(0);
  });
});
