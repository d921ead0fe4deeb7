import { expect, test } from 'vitest';
import type { PolicyConfig, RuleSet } from '@/lib/platform/db';
import { aRule, aServiceKey } from '@/lib/testing/builders';
import { evaluateAsked } from './evaluate';
import { judgeShadow } from './shadow';

const ASKED = { policy_type: 'cost', skill_id: 'payments.transfer', payload: { amount_cents: 1 } } as const;
const ACTOR = aServiceKey();

function aConfig(over: Partial<PolicyConfig> = {}): PolicyConfig {
  return {
    tenantId: 'acme',
    configVersion: 9n,
    emergencyStop: { active: false, reason: null },
    levels: [],
    costModels: new Map(),
    learningVersion: 1n,
    budgets: [],
    flags: [],
    active: null,
    shadow: null,
    recording: { sampleRate: 1, retainDays: 30 },
    ...over,
  };
}
const setOf = (...rules: RuleSet['rules']): RuleSet => ({
  version: 7n,
  fallback: { effect: 'require_approval', level: 1 },
  rules,
});
const judged = (config: PolicyConfig) => evaluateAsked(ASKED, config, ACTOR).judged;

test('without a shadow there is no answer of one', () => {
  const config = aConfig();
  expect(judgeShadow(judged(config), config)).toBeNull();
});

test('the shadow answers to the same facts, and the real answer is what it would be without it', () => {
  const shadow = setOf(aRule({ effect: 'deny', when: 'request.payload.amount_cents == 1', reason: 'One is too few' }));
  const config = aConfig({ active: setOf(aRule({ effect: 'allow', level: null })), shadow });
  const evaluated = evaluateAsked(ASKED, config, ACTOR);
  expect(judgeShadow(evaluated.judged, config)).toEqual({
    policy_version: 'acme@7',
    decision: 'deny',
    reasons: ['One is too few'],
    matched_rules: [{ rule_id: 'rule', effect: 'deny', level: 3, reason: 'One is too few' }],
    approval_level_required: null,
    min_approvals: 1,
    errors: [],
    failure: null,
  });
  const alone = evaluateAsked(ASKED, { ...config, shadow: null }, ACTOR);
  expect([evaluated.answer, evaluated.explanation]).toEqual([alone.answer, alone.explanation]);
  expect(evaluated.answer.decision).toBe('allow');
});

test('a shadow that cannot be judged has failed, and nothing else has', () => {
  const broken: RuleSet = {
    ...setOf(),
    get rules(): RuleSet['rules'] {
      throw new Error('out of order');
    },
  };
  const config = aConfig({ shadow: broken });
  expect(judgeShadow(judged(config), config)).toMatchObject({
    policy_version: 'acme@7',
    decision: null,
    failure: 'out of order',
  });
});
