import { expect, test } from 'vitest';
import { LevelRow } from '@/lib/contracts';
import type { PolicyQuestion } from '@/lib/domain/policy';
import { type LevelDraft, parseUnits, readLevel, readLevels, toLevelConfig, toLevelDraft } from './levels-draft';
import { describeChanges, describeRow, describeScope, foreseeLevel } from './levels-words';

const FULL = LevelRow.parse({
  policy_type: 'cost',
  agent_id: 'billing-bot',
  skill_id: 'payments.transfer',
  level: 4,
  min_approvals: 2,
  auto_approve_max_cost_cents: 10_050,
  auto_approve_max_tokens: 20_000,
  escalate_after_seconds: 600,
  escalate_to: 'finance-leads',
  escalate_level: 5,
  escalate_then: [{ after_seconds: 1800, to: 'board', level: null }],
  expires_in_seconds: 86_400,
  min_reject_level: 2,
});
const draft = (over: Partial<LevelDraft> = {}) => ({ ...toLevelDraft(null, 'x'), ...over });
const row = (over: Partial<LevelRow> = {}) => LevelRow.parse({ level: 3, ...over });

test('a row that is opened and saved untouched is the same row', () => {
  expect(readLevel(toLevelDraft(FULL, 'a'))).toEqual({ row: FULL });
  expect(toLevelDraft(FULL, 'a')).toMatchObject({ maxCost: '100.50', escalateAfter: '10 min', expiresIn: '24 h' });
});

test.each([
  ['', null],
  ['100', 10_000],
  ['1,000.5', 100_050],
  ['0.07', 7],
  ['1,00', Number.NaN],
  ['-1', Number.NaN],
  ['9e9', Number.NaN],
])('the amount %j is %s cents', (text, cents) => expect(parseUnits(text)).toBe(cents));

test('what is no amount, no wait and no number says how to write it', () => {
  const read = readLevel(draft({ maxCost: 'a lot', escalateAfter: 'soon', minApprovals: 'two', maxTokens: '1.5' }));
  expect(read).toEqual({
    faults: {
      auto_approve_max_cost_cents: 'Write an amount: 100.00.',
      escalate_after_seconds: 'Write 30 s, 5 min or 2 h.',
      min_approvals: 'This is not a whole number.',
      auto_approve_max_tokens: 'This is not a whole number.',
    },
  });
});

test('a further step says how long it waits, or is wrong at its place', () => {
  const step = { key: 's', after: '', to: 'board', level: '' };
  expect(readLevel(draft({ escalateThen: [{ ...step, after: '1 h' }, step] }))).toEqual({
    faults: { 'escalate_then/1': 'Write 30 s, 5 min or 2 h.' },
  });
  const [row] = readLevels([draft({ escalateThen: [{ ...step, after: '1 h', level: '5' }] })]).rows;
  expect(row && toLevelConfig(row.row).escalateThen).toEqual([{ afterSeconds: 3600, to: 'board', level: 5 }]);
});

test('two rows for the same requests are both wrong, and neither is foreseen with', () => {
  const { rows, faults } = readLevels([
    draft({ key: 'a' }),
    draft({ key: 'b', skillId: ' ' }),
    draft({ key: 'c', skillId: 's' }),
  ]);
  expect([...faults.keys()]).toEqual(['a', 'b']);
  expect(rows.map(({ key }) => key)).toEqual(['c']);
});

test('a row says for what it speaks, and what it says', () => {
  expect(describeScope(row())).toBe('Every request');
  expect(describeScope(row({ agent_id: 'bot' }))).toBe('Every request asked by bot');
  expect(describeScope(FULL)).toBe('payments.transfer, asked by billing-bot, of type cost');
  expect(describeRow(FULL)).toEqual([
    'automatic up to 100.50',
    'automatic up to 20,000 tokens',
    'escalates after 10 min to finance-leads at level 5, then after 30 min to board',
    'expires after 24 h',
    'may be rejected from level 2',
  ]);
});

const QUESTION: PolicyQuestion = {
  policyType: 'cost',
  skillId: 'payments.transfer',
  agentId: 'billing-bot',
  costCents: 5000,
  costP95Cents: 5000,
  costDistrust: null,
  tokens: null,
  requiredLevel: null,
  minApprovals: null,
};
const foresee = (rows: LevelRow[], over: Partial<PolicyQuestion> = {}) =>
  foreseeLevel(rows.map(toLevelConfig), { ...QUESTION, ...over });

test('the row that says most exactly for what speaks, and the reason is said', () => {
  expect(foresee([])).toMatchObject({ place: null, answer: { level: 3 } });
  expect(foresee([row({ level: 5 })])).toMatchObject({ place: 0, why: 'It is the only row that speaks for it.' });
  const many = [row(), row({ skill_id: 'payments.transfer', level: 4 }), row({ agent_id: 'somebody', level: 5 })];
  expect(foresee(many)).toMatchObject({
    place: 1,
    answer: { level: 4 },
    why: expect.stringContaining('names the skill'),
  });
  const tied = [row({ agent_id: 'billing-bot', level: 5 }), row({ skill_id: 'payments.transfer', level: 2 })];
  expect(foresee(tied)).toMatchObject({ place: 1, answer: { level: 2 }, why: expect.stringContaining('outweighs') });
});

test('a ceiling approves what is below it', () => {
  const rows = [row({ auto_approve_max_cost_cents: 5000 })];
  expect(foresee(rows).answer.decision).toBe('allow');
  expect(foresee(rows, { costCents: 5001, costP95Cents: 5001 }).answer.decision).toBe('requires_approval');
});

test('what somebody else changed is said row by row', () => {
  expect(describeChanges([row(), FULL], [row({ level: 4 }), row({ skill_id: 'deploy' })])).toEqual([
    'deploy: added',
    'payments.transfer, asked by billing-bot, of type cost: removed',
    'Every request: changed',
  ]);
});
