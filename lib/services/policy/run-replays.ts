import { count, emptyTally, type Rejudged } from '@/lib/domain/policy';
import { prepareSet, type RuleInput } from '@/lib/platform/cel';
import { monotonicMs, pause, workedMs } from '@/lib/platform/clock';
import { findPolicyConfig, findRuleSet, type PolicyConfig, type RuleSet } from '@/lib/platform/db';
import {
  type ClaimedReplay,
  claimReplay,
  countRecords,
  finishReplay,
  listRecords,
  measureDecisions,
  measureWaits,
  type Position,
  type RecordedEvaluation,
  releaseReplay,
  saveReplay,
} from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { judgeFacts } from './judge';
import { toReport } from './replay-report';

/** A worker that has not saved for this long is taken to be gone. */
const LEASE_SECONDS = 10;
/** A replay that ends its worker this often is not tried again. */
const MAX_ATTEMPTS = 5;
const PAGE = 250;
/** Saving is cheap beside judging, and nobody looks more often. */
const SAVE_EVERY_MS = 500;
/** Neither the event loop of the worker nor a processor that live evaluations share is held for longer than this. */
const SLICE_MS = 5;
/** It rests for so many times as long as processors have worked for it: a replay takes a seventeenth of one core. */
const REST_PER_WORKED = 16;
/** And at least for as long as it took: on a busy machine that is longer, and all the while it was in others' way. */
const REST_PER_PASSED = 1;

/**
 * Runs the replays that wait, one after the other, until there is none or the signal says to end; what is under way is then given back.
 * Where a worker was killed the next one goes on from what was saved last, so nothing is counted twice or left out.
 * @returns how many were finished by this call.
 */
export async function runReplays(ending: AbortSignal): Promise<number> {
  let finished = 0;
  while (!ending.aborted) {
    const replay = await claimReplay(LEASE_SECONDS);
    if (replay === null) break;
    if (await runReplay(replay, ending)) finished += 1;
  }
  return finished;
}

async function runReplay(replay: ClaimedReplay, ending: AbortSignal): Promise<boolean> {
  const { tenantId, version, attempts } = replay;
  if (attempts > MAX_ATTEMPTS)
    return finishReplay(replay, { error: 'It was begun too often without coming to an end' });
  const [config, set] = await Promise.all([findPolicyConfig(tenantId), findRuleSet(tenantId, version)]);
  if (config === null || set === null) return finishReplay(replay, { error: 'The version is not there any more' });
  await prepareSet(set);
  const progress = await startFrom(replay, config);
  const { tally } = progress;
  let { position } = progress;
  const calm = withoutLimits(config);
  const pace = startPace();
  let savedMs = monotonicMs();
  for (;;) {
    const page = await listRecords(replay, position, PAGE);
    await pace.rest();
    for (const recorded of page) {
      count(tally, rejudge(recorded, calm, set));
      if (pace.sinceMs() >= SLICE_MS) await pace.rest();
    }
    const last = page.at(-1);
    if (last !== undefined) position = { at: last.at, evaluationId: last.evaluationId };
    if (page.length < PAGE || position === null) break;
    if (monotonicMs() - savedMs < SAVE_EVERY_MS && !ending.aborted) continue;
    const { configVersion } = config;
    if (!(await saveReplay(replay, LEASE_SECONDS, { configVersion, total: progress.total, position, tally })))
      return false;
    savedMs = monotonicMs();
    if (ending.aborted) {
      await releaseReplay(replay);
      return false;
    }
  }
  const [waits, made] = await Promise.all([measureWaits(tenantId, replay.to), measureDecisions(tenantId, replay.to)]);
  const done = await finishReplay(replay, { report: toReport(tally, waits, made), tally });
  if (done) logger().info({ replay_id: replay.replayId, tenant_id: tenantId, evaluated: tally.evaluated }, 'replayed');
  return done;
}

/** What was saved, if the configuration is still the one that it was counted under; else the beginning. */
async function startFrom(replay: ClaimedReplay, { configVersion }: PolicyConfig) {
  if (replay.progress?.configVersion === configVersion) return replay.progress;
  return { total: await countRecords(replay), position: null as Position | null, tally: emptyTally() };
}

/** Rests for everything that was done since the last rest; reading a page counts too. */
function startPace() {
  let began = { atMs: monotonicMs(), workedMs: workedMs() };
  const sinceMs = () => monotonicMs() - began.atMs;
  return {
    sinceMs,
    rest: async () => {
      await pause(Math.max((workedMs() - began.workedMs) * REST_PER_WORKED, sinceMs() * REST_PER_PASSED));
      began = { atMs: monotonicMs(), workedMs: workedMs() };
    },
  };
}

/**
 * The configuration without emergency stop, and with enough in every budget: what they denied stays denied, and the rest is judged as if
 * they had not been in its way. That a budget applies still counts, because what nobody can measure is never approved by itself under one.
 */
function withoutLimits(config: PolicyConfig): PolicyConfig {
  const budgets = config.budgets.map((budget) => ({
    ...budget,
    limitCents: Number.MAX_SAFE_INTEGER,
    spentCents: 0,
    reservedCents: 0,
  }));
  return { ...config, emergencyStop: { active: false, reason: null }, budgets };
}

function rejudge(recorded: RecordedEvaluation, calm: PolicyConfig, set: RuleSet): Rejudged {
  const { question } = recorded;
  const facts = recorded.facts as RuleInput;
  const { answer, verdict } = judgeFacts({ facts, question }, calm, set);
  return {
    evaluationId: recorded.evaluationId,
    requestId: recorded.requestId,
    at: recorded.at.toISOString(),
    skillId: question.skillId,
    agentId: question.agentId,
    costCents: question.costCents,
    before: recorded,
    after: answer,
    reasons: answer.reasons,
    overridden: recorded.overridden,
    erred: verdict !== null && verdict.errors.length > 0,
  };
}
