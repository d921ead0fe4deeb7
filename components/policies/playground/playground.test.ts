import { expect, test } from 'vitest';
import type { EvaluationResource } from '@/lib/contracts';
import { differencesOf } from './differences';
import { playgroundHref, readPlayground } from './playground-state';

const state = {
  draft: {
    skillId: 'payments.transfer',
    agentId: 'billing-bot',
    policyType: 'capability',
    payload: '{\n  "amount_cents": 250000,\n  "to": "Ada & Söhne"\n}',
  },
  versions: ['acme@7', 'acme@8'],
} as const;

const readHref = (href: string | null) => readPlayground(new URL(href ?? '', 'http://x').searchParams);

test('an address brings back what it was made of', () => {
  expect(readHref(playgroundHref({ draft: state.draft, versions: [...state.versions] }))).toEqual(state);
});

test('a payload that is too long for an address has none', () => {
  const payload = JSON.stringify({ text: 'x'.repeat(4000) });
  expect(playgroundHref({ draft: { ...state.draft, payload }, versions: [] })).toBeNull();
});

test('what an address says wrongly is as in an empty form', () => {
  const { draft, versions } = readPlayground(new URLSearchParams('type=everything&payload={&v=a&v=a'));
  expect(draft).toEqual({ skillId: '', agentId: '', policyType: 'cost', payload: '{' });
  expect(versions).toEqual(['a']);
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

test('answers differ in what they say, and not in which version says it or when', () => {
  const later = { ...ANSWER, policy_version: 'acme@8', evaluation_id: 'evl_2', timestamp: '2026-01-02T00:00:00Z' };
  expect(differencesOf(later, ANSWER)).toEqual(new Set());
  expect(differencesOf({ ...later, approval_level_required: 5 }, ANSWER)).toEqual(new Set(['people']));
  const allowed = { ...later, decision: 'allow', approval_level_required: null, reasons: ['Fine'] } as const;
  expect(differencesOf({ ...allowed, reasons: ['Fine'] }, ANSWER)).toEqual(new Set(['decision', 'people', 'reasons']));
});
