import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aLevel, aQuestion } from '@/lib/testing/builders';
import { type LevelConfig, mostSpecific, POLICY_TYPES } from './levels';

const SKILL = { skillId: 'payments.transfer' };
const AGENT = { agentId: 'billing-bot' };
const TYPE = { policyType: 'cost' as const };

/** The eight rows that can speak for one question, least specific first. */
const ROWS: [string, Partial<LevelConfig>][] = [
  ['everything', {}],
  ['type', TYPE],
  ['agent', AGENT],
  ['skill', SKILL],
  ['agent and type', { ...AGENT, ...TYPE }],
  ['skill and type', { ...SKILL, ...TYPE }],
  ['skill and agent', { ...SKILL, ...AGENT }],
  ['skill, agent and type', { ...SKILL, ...AGENT, ...TYPE }],
];

describe('the most specific row speaks', () => {
  test('most dimensions first; a tie goes to skill, then agent, then type', () => {
    const ranking: string[] = [];
    const rows = ROWS.map(([name, scope]) => ({ name, row: aLevel(scope) }));
    while (rows.length > 0) {
      const best = mostSpecific(
        rows.map(({ row }) => row),
        aQuestion(),
      );
      const [found] = rows.splice(
        rows.findIndex(({ row }) => row === best),
        1,
      );
      ranking.push(found?.name ?? 'none');
    }
    expect(ranking).toEqual(ROWS.map(([name]) => name).reverse());
  });

  test('a row with another skill, agent or type does not speak', () => {
    for (const other of [{ skillId: 'mail.send' }, { agentId: 'other-bot' }, { policyType: 'resource' as const }]) {
      expect(mostSpecific([aLevel({ ...SKILL, ...AGENT, ...TYPE, ...other })], aQuestion())).toBeNull();
    }
  });

  test('a row for an agent does not speak when nobody says which agent asks', () =>
    expect(mostSpecific([aLevel(AGENT)], aQuestion({ agentId: null }))).toBeNull());

  test('without rows nothing speaks', () => expect(mostSpecific([], aQuestion())).toBeNull());
});

const scope = fc.record({
  skillId: fc.option(fc.constantFrom('payments.transfer', 'mail.send')),
  agentId: fc.option(fc.constantFrom('billing-bot', 'other-bot')),
  policyType: fc.option(fc.constantFrom(...POLICY_TYPES)),
});
const config = fc
  .uniqueArray(scope, { selector: (dimensions) => JSON.stringify(dimensions) })
  .map((scopes) => scopes.map((dimensions) => aLevel(dimensions)));

test('the order of rows never matters', () =>
  fc.assert(
    fc.property(config, scope, fc.gen(), (rows, asked, draw) => {
      const question = aQuestion({
        skillId: asked.skillId ?? 'x',
        agentId: asked.agentId,
        policyType: asked.policyType ?? 'cost',
      });
      const shuffled = draw(fc.shuffledSubarray, rows, { minLength: rows.length, maxLength: rows.length });
      expect(mostSpecific(shuffled, question)).toEqual(mostSpecific(rows, question));
    }),
  ));

test('no row that matches has more dimensions than the one that speaks', () =>
  fc.assert(
    fc.property(config, (rows) => {
      const question = aQuestion();
      const count = (row: LevelConfig) =>
        [row.skillId, row.agentId, row.policyType].filter((dimension) => dimension !== null).length;
      const matching = rows.filter((row) => mostSpecific([row], question) !== null);
      const best = mostSpecific(rows, question);
      expect(best === null).toBe(matching.length === 0);
      if (best !== null) expect(count(best)).toBe(Math.max(...matching.map(count)));
    }),
  ));
