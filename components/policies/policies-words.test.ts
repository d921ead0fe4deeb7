import { expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client';
import type { EvaluationResource } from '@/lib/contracts';
import {
  compareAnswers,
  countRules,
  describeDone,
  describeSetRefusal,
  foresee,
  warningsByRule,
  whyNot,
} from './policies-words';

test('a version is offered what its state allows, and nothing that the server would refuse', () => {
  const offered = (['draft', 'active', 'retired'] as const).map((status) =>
    (['activate', 'retire'] as const).filter((act) => whyNot(act, status) === null),
  );
  expect(offered).toEqual([['activate', 'retire'], ['retire'], ['activate']]);
});

test('who activates is told what decides no more, and what does from now on', () => {
  const open = 'Requests that are open keep the answer they got.';
  expect(foresee('activate', { version: 'acme@9', status: 'draft' }, 'acme@8')).toBe(
    `acme@8 is retired, acme@9 decides from now on. ${open}`,
  );
  expect(foresee('activate', { version: 'acme@7', status: 'retired' }, 'acme@8')).toBe(
    `acme@8 is retired, acme@7 decides again from now on. ${open}`,
  );
  expect(foresee('activate', { version: 'acme@2', status: 'draft' }, null)).toBe(
    `The level configuration decided until now, acme@2 decides from now on. ${open}`,
  );
});

test('who retires is told whether anything changes by it', () => {
  expect(foresee('retire', { version: 'acme@8', status: 'active' }, 'acme@8')).toMatch(/^No rules decide any more/);
  expect(foresee('retire', { version: 'acme@9', status: 'draft' }, 'acme@8')).toMatch(/^Nothing changes for requests/);
  expect(describeDone('retire', { version: 'acme@8' }, true)).toBe(
    'acme@8 is retired, the level configuration decides',
  );
  expect(describeDone('retire', { version: 'acme@9' }, false)).toBe('acme@9 is retired');
});

test('a refusal says why, and once', () => {
  const refusal = (code: ApiProblem['code'], detail?: string) =>
    describeSetRefusal(new ApiProblem({ status: 409, code, title: 'You may not do this', detail }));
  expect(refusal('policy-set/active')).toBe('Somebody was faster: this version decides already.');
  expect(refusal('access/forbidden', 'You may not do this.')).toBe('You may not do this.');
  expect(refusal('access/forbidden', 'The key has ended')).toBe('You may not do this. The key has ended.');
  expect(describeSetRefusal(new TypeError('x is not a function'))).toMatch(/^Something unexpected/);
});

test('each warning stands beside its own rule', () => {
  const warn = (pointer: string) => ({ pointer, detail: pointer, position: null });
  const found = warningsByRule([warn('/rules/0/when'), warn('/rules/10/when'), warn('/rules/0/effect'), warn('')]);
  expect([...found].map(([place, warnings]) => [place, warnings.length])).toEqual([
    [0, 2],
    [10, 1],
  ]);
});

test('two answers differ by what they decide, or by whom they ask for', () => {
  const answer = (over: Partial<EvaluationResource> = {}): EvaluationResource => ({
    decision: 'requires_approval',
    reasons: [],
    matched_rules: [],
    policy_version: 'acme@8',
    violations: [],
    errors: [],
    approval_level_required: 3,
    min_approvals: 1,
    evaluation_id: 'evl_1',
    simulated_cost_cents: null,
    cost: null,
    timestamp: '2026-11-22T00:00:00.000Z',
    ...over,
  });
  expect(compareAnswers(answer(), answer({ policy_version: 'acme@9', reasons: ['else'] }))).toBe(
    'Both decide the same.',
  );
  expect(compareAnswers(answer(), answer({ decision: 'deny' }))).toBe('They decide differently.');
  const allow = answer({ decision: 'allow', approval_level_required: null });
  expect(compareAnswers(allow, { ...allow, min_approvals: 2 })).toBe('Both decide the same.');
  expect(compareAnswers(answer(), answer({ approval_level_required: 4 }))).toMatch(/not for the same ones/);
  expect(compareAnswers(answer(), answer({ min_approvals: 2 }))).toMatch(/not for the same ones/);
});

test('rules are counted in words', () => {
  expect([0, 1, 1000].map(countRules)).toEqual(['0 rules', '1 rule', '1,000 rules']);
});
