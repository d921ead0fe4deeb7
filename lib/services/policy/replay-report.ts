import { MAX_FLIPS, type ReplayReport } from '@/lib/contracts';
import {
  APPROVAL_LEVELS,
  expectWait,
  type FlipTally,
  type MeasuredDecisions,
  type MeasuredWait,
  medianWait,
  type Spend,
  type Standing,
  shareOut,
  type Tally,
} from '@/lib/domain/policy';

/** How many people are named, those who would decide most first. */
const MAX_APPROVERS = 50;

/** What a replay found, from what it counted and from what people have done lately. Pure. */
export function toReport(
  tally: Tally,
  waits: readonly MeasuredWait[],
  made: readonly MeasuredDecisions[],
): ReplayReport {
  const flips = Object.values(tally.flips).sort((a, b) => b.count - a.count);
  const omitted = flips.slice(MAX_FLIPS).reduce((sum, flip) => sum + flip.count, tally.otherFlips);
  return {
    evaluated: tally.evaluated,
    requests: tally.requests,
    agreed: tally.agreed,
    overridden: tally.overridden,
    erred: tally.erred,
    flips: flips.slice(0, MAX_FLIPS).map(toFlip),
    flips_omitted: omitted,
    spend: {
      newly_allowed: toSpend(tally.spend.allowed),
      newly_waiting: toSpend(tally.spend.waiting),
      newly_denied: toSpend(tally.spend.denied),
    },
    effort: toEffort(tally, waits, made),
    wait: {
      before: toWait(tally.before.requests, waits),
      after: toWait(tally.after.requests, waits),
      measured_requests: waits.reduce((sum, { requests }) => sum + requests, 0),
    },
  };
}

function toEffort(
  { before, after }: Tally,
  waits: readonly MeasuredWait[],
  made: readonly MeasuredDecisions[],
): ReplayReport['effort'] {
  const levels = APPROVAL_LEVELS.map((level) => ({
    level,
    requests_before: before.requests[level - 1] ?? 0,
    requests_after: after.requests[level - 1] ?? 0,
    decisions_before: before.decisions[level - 1] ?? 0,
    decisions_after: after.decisions[level - 1] ?? 0,
    median_seconds: medianWait(level, waits),
    measured_requests: waits.find((wait) => wait.level === level)?.requests ?? 0,
  }));
  const { people, nobody } = shareOut(before.decisions, after.decisions, made);
  const hours = (which: 'decisions_before' | 'decisions_after') =>
    waits.length === 0
      ? null
      : levels.reduce((sum, level) => sum + (level[which] * (level.median_seconds ?? 0)) / 3600, 0);
  return {
    decisions_before: sum(before.decisions),
    decisions_after: sum(after.decisions),
    waiting_hours_before: hours('decisions_before'),
    waiting_hours_after: hours('decisions_after'),
    levels,
    approvers: people.slice(0, MAX_APPROVERS).map((person) => ({
      user_id: person.userId,
      name: person.name,
      decisions_before: person.before,
      decisions_after: person.after,
    })),
    approvers_omitted: Math.max(0, people.length - MAX_APPROVERS),
    unassigned_before: nobody.before,
    unassigned_after: nobody.after,
  };
}

function toWait(requests: readonly number[], waits: readonly MeasuredWait[]): ReplayReport['wait']['before'] {
  const wait = expectWait(requests, waits);
  return wait === null ? null : { p50_seconds: wait.p50, p90_seconds: wait.p90 };
}

function toFlip({ from, to, count, requests, costCents, examples }: FlipTally): ReplayReport['flips'][number] {
  return {
    from: toStanding(from),
    to: toStanding(to),
    count,
    requests,
    cost_cents: costCents,
    examples: examples.map((example) => ({
      evaluation_id: example.evaluationId,
      request_id: example.requestId,
      at: example.at,
      skill_id: example.skillId,
      agent_id: example.agentId,
      cost_cents: example.costCents,
      reasons: [...example.reasons],
    })),
  };
}

function toStanding({ decision, level, minApprovals }: Standing) {
  return { decision, approval_level_required: level, min_approvals: minApprovals };
}

function toSpend({ requests, costCents, unknown }: Spend) {
  return { requests, cost_cents: costCents, unknown_costs: unknown };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
