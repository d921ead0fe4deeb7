import { verifyChain } from '@/lib/domain/audit';
import { sha256Hex } from '@/lib/platform/crypto';
import { inTenant, type Tx } from '@/lib/platform/db';
import { canonicalRunEvent, type RunEventFields } from '@/lib/services/runs';
import { columnProblem } from './verify-columns';
import type { AuditProblem, CheckedBatch } from './verify-requests';

const RUNS = 100;
const EVENTS = 2000;

type StoredEvent = RunEventFields & { canonical: string; prev_hash: string; hash: string; at: string };

interface StoredRun {
  id: string;
  status: string;
  seq: number;
  last_hash: string;
  events: StoredEvent[] | null;
}

/** Checks the history of every run of the tenant: its chain against the head that the run remembers, and every column against the text. */
export async function* checkRuns(tenantId: string): AsyncGenerator<CheckedBatch, void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const behind: string = after;
    const batch: StoredRun[] = await inTenant({ tenantId }, (tx) => readRuns(tx, tenantId, behind));
    yield {
      subjects: batch.length,
      events: batch.reduce((count, { events }) => count + (events?.length ?? 0), 0),
      problems: batch.flatMap(checkRun),
    };
    after = batch.at(-1)?.id;
  }
}

function readRuns(tx: Tx, tenantId: string, after: string): Promise<StoredRun[]> {
  return tx.$queryRaw<StoredRun[]>`
    WITH page AS (
      SELECT r.run_id, r.status, r.seq, r.last_hash, sum(r.seq) OVER (ORDER BY r.run_id) - r.seq AS before
      FROM dag_runs r WHERE r.tenant_id = ${tenantId} AND r.run_id > ${after} ORDER BY r.run_id LIMIT ${RUNS}
    )
    SELECT page.run_id AS id, page.status, page.seq, page.last_hash, (
      SELECT jsonb_agg(jsonb_build_object('event_id', e.event_id, 'tenant_id', e.tenant_id, 'subject_id', e.subject_id,
        'subject_kind', e.subject_kind, 'seq', e.seq, 'type', e.type, 'version', e.version, 'from_status', e.from_status,
        'to_status', e.to_status, 'actor', e.actor, 'actor_type', e.actor_type, 'actor_id', e.actor_id, 'actor_name', e.actor_name,
        'reason', e.reason, 'data', e.data, 'trace_id', e.trace_id, 'canonical', e.canonical, 'prev_hash', e.prev_hash,
        'hash', e.hash, 'at', rfc3339_ms(e.timestamp)) ORDER BY e.seq)
      FROM events e WHERE e.subject_id = page.run_id AND e.tenant_id = ${tenantId}) AS events
    FROM page WHERE page.before < ${EVENTS} ORDER BY page.run_id`;
}

function checkRun(run: StoredRun): AuditProblem[] {
  const events = run.events ?? [];
  const problems: AuditProblem[] = [];
  const report = (seq: number, problem: string) => problems.push({ subject_id: run.id, seq, problem });
  const links = events.map(({ seq, canonical, at, prev_hash: prevHash, hash }) => ({
    seq,
    canonical,
    at,
    prevHash,
    hash,
  }));
  const verdict = verifyChain(links, sha256Hex, { seq: run.seq, hash: run.last_hash });
  if (!verdict.ok) report(verdict.seq, verdict.problem);
  for (const { canonical, prev_hash: _prev, hash: _hash, at: _at, ...fields } of events) {
    const problem = columnProblem(canonical, canonicalRunEvent(fields), { ...fields });
    if (problem !== null) report(fields.seq, problem);
  }
  const last = events.at(-1);
  if (last !== undefined && last.to_status !== run.status) {
    report(last.seq, `the run is ${run.status}, its history says ${last.to_status}`);
  }
  return problems;
}
