import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpression, compileCondition, toBindings } from '@/lib/platform/cel';
import { celText, draftRule, type Precedent } from './draft-rule';
import { RULE_EFFECTS } from './rules';

const aPrecedent = (over: Partial<Precedent> = {}): Precedent => ({
  policyType: 'cost',
  skillId: 'payments.transfer',
  agentId: 'billing-bot',
  payload: { amount_cents: 5000, country: 'DE', iban: 'DE1' },
  status: 'approved',
  requiredLevel: 2,
  ...over,
});

const ask = (when: string, { skillId, agentId, policyType, payload }: Precedent) =>
  compileCondition(when).ask(
    toBindings({
      request: { policy_type: policyType, skill_id: skillId, agent_id: agentId ?? '', payload },
      cost: { known: false },
      actor: { id: '', name: '', role: '', level: 0, via: 'job' },
      tenant: { id: 'acme' },
      flags: {},
      now: 0,
    }),
  );

describe('a rule that is drawn from precedents', () => {
  test('says what they have in common, and what became of them', () => {
    const second = aPrecedent({ payload: { amount_cents: 8000, country: 'DE', iban: 'DE2' } });
    expect(draftRule([aPrecedent(), second], null)).toMatchObject({
      ruleId: 'payments.transfer-drawn',
      policyType: 'cost',
      effect: 'allow',
      level: null,
      when: `request.skill_id == 'payments.transfer' && request.agent_id == 'billing-bot' && request.payload.amount_cents <= 8000 && request.payload.country == 'DE'`,
      reason: 'Like 2 earlier requests: 2 approved',
    });
  });

  test('denies from the least that was rejected on, and looks whether a field is there', () => {
    const rejected = aPrecedent({ status: 'rejected', agentId: null, payload: { amount_cents: 9000 } });
    expect(draftRule([rejected, { ...rejected, payload: { amount_cents: 7000 } }], null)).toMatchObject({
      effect: 'deny',
      when: `request.skill_id == 'payments.transfer' && has(request.payload.amount_cents) && request.payload.amount_cents >= 7000`,
    });
  });

  test('asks for approval, at the highest level that was needed, where they ended differently', () => {
    const rejected = aPrecedent({ status: 'rejected', requiredLevel: 4 });
    expect(draftRule([aPrecedent(), rejected], null)).toMatchObject({ effect: 'require_approval', level: 4 });
  });

  test('is none where they have too little in common', () => {
    const many = Array.from({ length: 6 }, (_, n) => aPrecedent({ skillId: `skill-${n}` }));
    expect(draftRule(many, null)).toBeNull();
    expect(draftRule([], null)).toBeNull();
  });

  const name = fc.oneof(
    fc.constantFrom(
      'country',
      'amount_cents',
      'in',
      'null',
      '__proto__',
      'a b',
      "it's",
      'ünïcode',
      '数',
      'back\\slash',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>('DE', "O'Brien", '"', '\\', '\n\t\u0000\u2028', '😀', null, true, 1.5, [], {}),
    fc.integer({ min: -10, max: 10_000_000 }),
    fc.string({ unit: 'grapheme', maxLength: 120 }),
  );
  const precedent = fc.record({
    policyType: fc.constantFrom('cost' as const, 'capability' as const),
    skillId: fc.oneof(
      fc.constantFrom('pay', 'Pay\'s "skill"', '支払'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    ),
    agentId: fc.option(fc.constantFrom('bot', "o'bot")),
    payload: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
    status: fc.constantFrom('approved', 'rejected', 'expired'),
    requiredLevel: fc.integer({ min: 0, max: 5 }),
  });

  test('is true of every one of them, could be saved, and its other examples are not', { timeout: 30_000 }, () => {
    let drawn = 0;
    fc.assert(
      fc.property(
        fc.array(precedent, { minLength: 1, maxLength: 8 }),
        fc.option(fc.constantFrom(...RULE_EFFECTS)),
        (precedents, effect) => {
          const rule = draftRule(precedents, effect);
          if (rule === null) return;
          drawn += 1;
          expect(checkExpression(rule.when)).toMatchObject({ ok: true });
          for (const one of precedents) expect(ask(rule.when, one)).toBe(true);
          for (const { request, expect: wanted } of rule.examples) {
            const { policy_type: policyType, skill_id: skillId, agent_id: agentId = null, payload } = request;
            expect(ask(rule.when, { policyType, skillId, agentId, payload, status: '', requiredLevel: 0 })).toBe(
              wanted,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(drawn).toBeGreaterThan(100);
  });
});

test('a text is escaped so that it is that text, and nothing else', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
      expect(ask(`request.skill_id == ${celText(text)}`, aPrecedent({ skillId: text }))).toBe(true);
    }),
  ));
