import type { PolicyDecision, PolicyQuestion } from '@/lib/domain/policy';
import { monotonicMs } from '../../clock';
import { logger } from '../../logger';
import { metrics } from '../../metrics';
import { perProcess } from '../../process-wide';
import { runHot } from '../client';
import { toUnavailable } from '../errors';
import { Prisma } from '../generated/client';

/** A record as it is written; what the database holds as jsonb is JSON here. */
export interface EvaluationInsert {
  evaluation_id: string;
  tenant_id: string;
  policy_type: string;
  skill_id: string;
  agent_id: string | null;
  question: PolicyQuestion;
  facts: object;
  decision: PolicyDecision;
  level: number | null;
  min_approvals: number;
  reasons: readonly string[];
  matched_rules: readonly object[];
  errors: readonly object[];
  violations: readonly object[];
  cost_cents: number | null;
  policy_version: string | null;
  shadow: object | null;
}

/** Written this long after the first of a batch came, or as soon as a batch is full. */
const FLUSH_AFTER_MS = 200;
const BATCH_ROWS = 500;
/** A statement has five seconds, and a batch that does not fit into them never will: large records come in small batches. */
const BATCH_CHARACTERS = 2 * 1024 * 1024;
/** What is kept while the database is slow or away. One payload may have 256 KiB, so the text is bounded too. */
const MAX_ROWS = 20_000;
const MAX_CHARACTERS = 64 * 1024 * 1024;

interface Waiting {
  json: string;
  atMs: number;
}

interface EvaluationBuffer {
  rows: Waiting[];
  characters: number;
  timer: NodeJS.Timeout | null;
  flushing: Promise<void> | null;
  /** The last batch could not be written: the next one waits for its time. */
  resting: boolean;
}

function buffer(): EvaluationBuffer {
  return perProcess('evaluation-buffer', () => ({
    rows: [],
    characters: 0,
    timer: null,
    flushing: null,
    resting: false,
  }));
}

/** Takes a record to be written soon. Never waits; a full buffer drops it and counts that. */
export function bufferEvaluation(insert: EvaluationInsert): void {
  const state = buffer();
  const json = JSON.stringify(insert);
  if (state.rows.length >= MAX_ROWS || state.characters + json.length > MAX_CHARACTERS) {
    metrics().evaluations.inc({ outcome: 'dropped' });
    return;
  }
  state.rows.push({ json, atMs: monotonicMs() });
  state.characters += json.length;
  if (state.flushing !== null) return;
  if (isFull(state) && !state.resting) void flush(state);
  else if (state.timer === null) schedule(state);
}

/** Writes everything that waits, however long the database takes; for an orderly end and for tests. Gives up when the database is away. */
export async function flushEvaluations(): Promise<void> {
  const state = buffer();
  await state.flushing;
  let before = Number.POSITIVE_INFINITY;
  while (state.rows.length > 0 && state.rows.length < before) {
    before = state.rows.length;
    await flush(state);
  }
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  if (state.rows.length > 0) logger().error({ lost: state.rows.length }, 'evaluation records could not be written');
}

function isFull({ rows, characters }: EvaluationBuffer): boolean {
  return rows.length >= BATCH_ROWS || characters >= BATCH_CHARACTERS;
}

function schedule(state: EvaluationBuffer): void {
  state.timer = setTimeout(() => void flush(state), FLUSH_AFTER_MS);
  state.timer.unref();
}

/** One batch at a time, so that a slow database gets no more connections' worth of them. Never throws. */
function flush(state: EvaluationBuffer): Promise<void> {
  if (state.flushing !== null) return state.flushing;
  if (state.timer !== null) clearTimeout(state.timer);
  state.timer = null;
  state.flushing = writeBatch(state).then((written) => {
    state.flushing = null;
    state.resting = !written;
    if (written && isFull(state)) setImmediate(() => void flush(state));
    else if (state.rows.length > 0 && state.timer === null) schedule(state);
  });
  return state.flushing;
}

/** Whether the database took what was first; never throws. */
async function writeBatch(state: EvaluationBuffer): Promise<boolean> {
  const batch = firstBatch(state.rows);
  if (batch.length === 0) return true;
  try {
    await insertOrHalve(batch);
  } catch (error) {
    logger().warn({ err: error, waiting: state.rows.length }, 'evaluation records wait for the database');
    return false;
  }
  state.rows.splice(0, batch.length);
  for (const { json } of batch) state.characters -= json.length;
  return true;
}

/** The oldest records, as many as one statement writes in time; one at least. */
function firstBatch(rows: readonly Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  let characters = 0;
  for (const row of rows.slice(0, BATCH_ROWS)) {
    characters += row.json.length;
    if (batch.length > 0 && characters > BATCH_CHARACTERS) break;
    batch.push(row);
  }
  return batch;
}

/**
 * Writes a batch; one that the database refuses is written in halves, so that a single record that it does not take costs only itself.
 * @throws only what means that the database is not available.
 */
async function insertOrHalve(batch: readonly Waiting[]): Promise<void> {
  try {
    await insertEvaluations(batch);
    metrics().evaluations.inc({ outcome: 'recorded' }, batch.length);
  } catch (error) {
    if (toUnavailable(error) !== null) throw error;
    if (batch.length === 1) {
      logger().error({ err: error }, 'an evaluation record was refused');
      metrics().evaluations.inc({ outcome: 'failed' });
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await insertOrHalve(batch.slice(0, middle));
    await insertOrHalve(batch.slice(middle));
  }
}

/** When something was asked is the database's clock less the time that it has waited here. A batch that was written before is harmless. */
async function insertEvaluations(batch: readonly Waiting[]): Promise<void> {
  const nowMs = monotonicMs();
  const ages = batch.map(({ atMs }) => Math.max(0, Math.round(nowMs - atMs)));
  const rows = `[${batch.map(({ json }) => json).join(',')}]`;
  await runHot(
    'countersign_hot',
    Prisma.sql`
      INSERT INTO policy_evaluations (evaluation_id, tenant_id, at, source, policy_type, skill_id, agent_id, question, facts, decision, level,
        min_approvals, reasons, matched_rules, errors, violations, cost_cents, policy_version, shadow_version, shadow_decision, shadow_level,
        shadow_min_approvals, shadow)
      SELECT r.evaluation_id, r.tenant_id, clock.at - make_interval(secs => (${ages}::int[])[e.n] / 1000.0), 'eval', r.policy_type,
        r.skill_id, r.agent_id, r.question, r.facts, r.decision, r.level, r.min_approvals, r.reasons, r.matched_rules, r.errors,
        r.violations, r.cost_cents, r.policy_version, split_part(r.shadow->>'policy_version', '@', 2)::bigint, r.shadow->>'decision',
        (r.shadow->>'approval_level_required')::smallint, (r.shadow->>'min_approvals')::smallint, r.shadow
      FROM (SELECT now_ms() AS at OFFSET 0) clock, jsonb_array_elements(${rows}::jsonb) WITH ORDINALITY AS e (value, n),
        LATERAL jsonb_to_record(e.value) AS r (evaluation_id text, tenant_id text, policy_type text, skill_id text, agent_id text,
          question jsonb, facts jsonb, decision text, level smallint, min_approvals smallint, reasons jsonb, matched_rules jsonb,
          errors jsonb, violations jsonb, cost_cents bigint, policy_version text, shadow jsonb)
      ON CONFLICT DO NOTHING`,
  );
}
