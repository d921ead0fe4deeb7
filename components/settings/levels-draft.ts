import { toSentence } from '@/components/ui/form-problem';
import { newKey } from '@/components/ui/new-key';
import { LevelRow } from '@/lib/contracts';
import type { LevelConfig, PolicyType } from '@/lib/domain/policy';
import { formatWait, NOT_A_WAIT, parseWait } from './waits';

/** A row of the level configuration as its fields hold it; empty where nothing is said. */
export interface LevelDraft {
  /** Which row it is while it is edited; nobody else sees it. */
  key: string;
  policyType: PolicyType | '';
  agentId: string;
  skillId: string;
  level: string;
  minApprovals: string;
  /** Units with two decimals: "100.00". */
  maxCost: string;
  maxTokens: string;
  /** "10 min". */
  escalateAfter: string;
  escalateTo: string;
  escalateLevel: string;
  /** What follows the first step, each after its own time. */
  escalateThen: StepDraft[];
  expiresIn: string;
  minRejectLevel: string;
}

/** A further step of an escalation. */
export interface StepDraft {
  key: string;
  after: string;
  to: string;
  level: string;
}

/** As many further steps as a row may have. */
export const MAX_STEPS = 5;

export function emptyStep(): StepDraft {
  return { key: newKey(), after: '', to: '', level: '' };
}

/** What is wrong with a row, by the API's names of its fields; `scope` where another one speaks for the same, and
 * `escalate_then/0` for a further step. */
export type LevelFaults = Readonly<Record<string, string>>;

/** The fields of a row, or of a new one, which speaks for everything. */
export function toLevelDraft(row: LevelRow | null, key: string): LevelDraft {
  return {
    key,
    policyType: row?.policy_type ?? '',
    agentId: row?.agent_id ?? '',
    skillId: row?.skill_id ?? '',
    level: String(row?.level ?? 3),
    minApprovals: String(row?.min_approvals ?? 1),
    maxCost: row?.auto_approve_max_cost_cents == null ? '' : formatUnits(row.auto_approve_max_cost_cents),
    maxTokens: toText(row?.auto_approve_max_tokens),
    escalateAfter: toWait(row?.escalate_after_seconds),
    escalateTo: row?.escalate_to ?? '',
    escalateLevel: toText(row?.escalate_level),
    escalateThen: (row?.escalate_then ?? []).map((step) => ({
      key: newKey(),
      after: toWait(step.after_seconds),
      to: step.to ?? '',
      level: toText(step.level),
    })),
    expiresIn: toWait(row?.expires_in_seconds),
    minRejectLevel: toText(row?.min_reject_level),
  };
}

function toText(value: number | null | undefined): string {
  return value == null ? '' : String(value);
}

function toWait(seconds: number | null | undefined): string {
  return seconds == null ? '' : formatWait(seconds);
}

/** "100.00": exact, without a currency, which is the payload's affair. */
function formatUnits(cents: number): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The cents of an amount as it is typed: "100", "1,000.50"; null for none, NaN for what is no amount. */
export function parseUnits(text: string): number | null {
  if (text.trim() === '') return null;
  const [, units, decimals = ''] = /^(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return units === undefined ? Number.NaN : Number(`${units.replaceAll(',', '')}${decimals.padEnd(2, '0')}`);
}

function readNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function readWait(text: string): number | null {
  return text.trim() === '' ? null : (parseWait(text) ?? Number.NaN);
}

/** How a number is to be written, where it was not. */
const NOT_SO: Readonly<Record<string, string>> = {
  auto_approve_max_cost_cents: 'Write an amount: 100.00.',
  escalate_after_seconds: NOT_A_WAIT,
  expires_in_seconds: NOT_A_WAIT,
};

/** The row that the fields say, or what is wrong with it. */
export function readLevel(draft: LevelDraft): { row: LevelRow } | { faults: LevelFaults } {
  const typed = {
    policy_type: draft.policyType === '' ? null : draft.policyType,
    agent_id: draft.agentId.trim() || null,
    skill_id: draft.skillId.trim() || null,
    level: Number(draft.level),
    min_approvals: readNumber(draft.minApprovals) ?? 1,
    auto_approve_max_cost_cents: parseUnits(draft.maxCost),
    auto_approve_max_tokens: readNumber(draft.maxTokens),
    escalate_after_seconds: readWait(draft.escalateAfter),
    escalate_to: draft.escalateTo.trim() || null,
    escalate_level: readNumber(draft.escalateLevel),
    escalate_then: draft.escalateThen.map(({ after, to, level }) => ({
      after_seconds: readWait(after) ?? Number.NaN,
      to: to.trim() || null,
      level: readNumber(level),
    })),
    expires_in_seconds: readWait(draft.expiresIn),
    min_reject_level: readNumber(draft.minRejectLevel),
  };
  const parsed = LevelRow.safeParse(typed);
  if (parsed.success) return { row: parsed.data };
  const faults: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) {
    const field = String(path[0]);
    if (field === 'escalate_then') {
      faults[`escalate_then/${String(path[1])}`] ??= path[2] === 'after_seconds' ? NOT_A_WAIT : toSentence(message);
      continue;
    }
    const value = typed[field as keyof typeof typed];
    const isNone = typeof value === 'number' && !Number.isInteger(value);
    faults[field] ??= isNone ? (NOT_SO[field] ?? 'This is not a whole number.') : toSentence(message);
  }
  return { faults };
}

export interface ReadLevels {
  /** The rows that are in order, with the keys of their fields. */
  rows: { key: string; row: LevelRow }[];
  faults: ReadonlyMap<string, LevelFaults>;
}

/** All rows that the fields say, and what is wrong with the others; two that speak for the same requests are both wrong. */
export function readLevels(drafts: readonly LevelDraft[]): ReadLevels {
  const rows: ReadLevels['rows'] = [];
  const faults = new Map<string, LevelFaults>();
  const scopes = drafts.map(({ policyType, agentId, skillId }) =>
    JSON.stringify([policyType, agentId.trim(), skillId.trim()]),
  );
  for (const [index, draft] of drafts.entries()) {
    const read = readLevel(draft);
    const isTwin = scopes.some((scope, other) => other !== index && scope === scopes[index]);
    if (isTwin) faults.set(draft.key, { scope: 'Another row speaks for the same requests.' });
    if ('faults' in read) faults.set(draft.key, { ...faults.get(draft.key), ...read.faults });
    else if (!isTwin) rows.push({ key: draft.key, row: read.row });
  }
  return { rows, faults };
}

/** A row as policy reads it. */
export function toLevelConfig(row: LevelRow): LevelConfig {
  return {
    policyType: row.policy_type ?? null,
    agentId: row.agent_id ?? null,
    skillId: row.skill_id ?? null,
    level: row.level,
    minApprovals: row.min_approvals,
    autoApproveMaxCostCents: row.auto_approve_max_cost_cents ?? null,
    autoApproveMaxTokens: row.auto_approve_max_tokens ?? null,
    escalateAfterSeconds: row.escalate_after_seconds ?? null,
    escalateTo: row.escalate_to ?? null,
    escalateLevel: row.escalate_level ?? null,
    escalateThen: (row.escalate_then ?? []).map(({ after_seconds: afterSeconds, to = null, level = null }) => ({
      afterSeconds,
      to,
      level,
    })),
    expiresInSeconds: row.expires_in_seconds ?? null,
    minRejectLevel: row.min_reject_level ?? null,
  };
}
