import { formatMoney } from '@/components/ui/money-format';
import type { LevelRow } from '@/lib/contracts';
import {
  evaluatePolicy,
  type LevelConfig,
  mostSpecific,
  type PolicyAnswer,
  type PolicyQuestion,
} from '@/lib/domain/policy';
import { formatWait } from './waits';

type Scope = Pick<LevelRow, 'policy_type' | 'agent_id' | 'skill_id'>;

/** For which requests a row speaks: "payments.transfer, asked by billing-bot, of type cost". */
export function describeScope({ policy_type: type, agent_id: agent, skill_id: skill }: Scope): string {
  const parts = [skill, agent ? `asked by ${agent}` : null, type ? `of type ${type}` : null].filter(Boolean);
  if (parts.length === 0) return 'Every request';
  return skill ? parts.join(', ') : `Every request ${parts.join(', ')}`;
}

/** What else a row says, as far as it says it. */
export function describeRow(row: LevelRow): string[] {
  const { escalate_after_seconds: after, escalate_to: to, escalate_level: level } = row;
  const steps = [
    describeStep(after, to, level),
    ...(row.escalate_then ?? []).map((step) => describeStep(step.after_seconds, step.to, step.level)),
  ].filter((step) => step !== '');
  return [
    row.auto_approve_max_cost_cents == null ? null : `automatic up to ${formatMoney(row.auto_approve_max_cost_cents)}`,
    row.auto_approve_max_tokens == null
      ? null
      : `automatic up to ${row.auto_approve_max_tokens.toLocaleString('en-US')} tokens`,
    steps.length === 0 ? null : `escalates ${steps.join(', then ')}`,
    row.expires_in_seconds == null ? null : `expires after ${formatWait(row.expires_in_seconds)}`,
    row.min_reject_level == null ? null : `may be rejected from level ${row.min_reject_level}`,
  ].filter((part) => part !== null);
}

type Maybe<Value> = Value | null | undefined;

function describeStep(afterSeconds: Maybe<number>, to: Maybe<string>, level: Maybe<number>): string {
  return [
    afterSeconds == null ? null : `after ${formatWait(afterSeconds)}`,
    to == null ? null : `to ${to}`,
    level == null ? null : `at level ${level}`,
  ]
    .filter((part) => part !== null)
    .join(' ');
}

/** How a request escalates, from its first step to its last. */
export function describeEscalation(answer: PolicyAnswer): string {
  const first = describeStep(answer.escalateAfterSeconds, answer.escalateTo, answer.escalateLevel);
  const others = answer.escalateThen.map((step) => describeStep(step.afterSeconds, step.to, step.level));
  return `Escalates ${[first, ...others].join(', then ')}`;
}

/** "Level 4, one person". */
export function describePeople(level: number, people: number): string {
  return `Level ${level}, ${people === 1 ? 'one person' : `${people} people`}`;
}

export interface Foreseen {
  answer: PolicyAnswer;
  /** The place of the row that speaks; null where none does. */
  place: number | null;
  why: string;
}

/** What the rows would make of a request, by the very functions that the server asks, and why that row speaks. */
export function foreseeLevel(rows: readonly LevelConfig[], question: PolicyQuestion): Foreseen {
  const answer = evaluatePolicy(question, {
    levels: rows,
    emergencyStop: { active: false, reason: null },
    // What a budget has left is not a matter of the levels.
    budgets: [],
    verdict: null,
  });
  const row = mostSpecific(rows, question);
  if (row === null) return { answer, place: null, why: 'No row speaks for it, so the defaults hold.' };
  const matching = rows.filter((each) => mostSpecific([each], question) !== null);
  return { answer, place: rows.indexOf(row), why: describeChoice(row, matching) };
}

function describeChoice(row: LevelConfig, matching: readonly LevelConfig[]): string {
  if (matching.length === 1) return 'It is the only row that speaks for it.';
  const said = namedBy(row).length;
  const ties = matching.filter((other) => namedBy(other).length === said).length;
  const what = said === 0 ? 'nothing' : namedBy(row).join(' and ');
  if (ties === 1) return `${matching.length} rows speak for it; this one says most exactly for what: it names ${what}.`;
  return `${ties} rows say equally exactly for what; the skill outweighs the agent, the agent the policy type, and this one names ${what}.`;
}

function namedBy({ skillId, agentId, policyType }: LevelConfig): string[] {
  return [
    skillId === null ? null : 'the skill',
    agentId === null ? null : 'the agent',
    policyType === null ? null : 'the policy type',
  ].filter((name) => name !== null);
}

/** What somebody else changed between two readings, a line for each row. */
export function describeChanges(before: readonly LevelRow[], after: readonly LevelRow[]): string[] {
  const old = new Map(before.map((row) => [describeScope(row), JSON.stringify(row)]));
  const now = new Map(after.map((row) => [describeScope(row), JSON.stringify(row)]));
  const changed = [...now].filter(([scope, row]) => old.has(scope) && old.get(scope) !== row);
  return [
    ...[...now.keys()].filter((scope) => !old.has(scope)).map((scope) => `${scope}: added`),
    ...[...old.keys()].filter((scope) => !now.has(scope)).map((scope) => `${scope}: removed`),
    ...changed.map(([scope]) => `${scope}: changed`),
  ];
}
