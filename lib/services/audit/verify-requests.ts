import type { AuditVerdict } from '@/lib/contracts';
import { type ChainLink, canonicalJson, verifyChain } from '@/lib/domain/audit';
import { sha256Hex } from '@/lib/platform/crypto';
import { inTenant, type Tx } from '@/lib/platform/db';
import { canonicalEvent, type EventFields } from '@/lib/services/requests';
import { behind, FEED_ORDER } from './event-rows';
import { FEED_START, type FeedPosition } from './feed-position';
import { columnProblem } from './verify-columns';
import { type StoredVote, voteProblems } from './verify-votes';

export type AuditProblem = AuditVerdict['problems'][number];

/** How many requests, and about how many events, one statement reads. Requests come with payloads of up to 256 KiB. */
const REQUESTS = 100;
const EVENTS = 2000;

interface StoredEvent extends EventFields {
  canonical: string;
  prev_hash: string;
  hash: string;
  at: string;
}

interface StoredRequest {
  id: string;
  status: string;
  seq: number;
  last_hash: string;
  payload: unknown;
  payload_digest: string;
  events: StoredEvent[] | null;
  votes: StoredVote[] | null;
}

/** What a batch of requests came to. */
export interface CheckedBatch {
  subjects: number;
  events: number;
  problems: AuditProblem[];
}

/**
 * Checks the history of every request of the tenant: the chain against the head that the request remembers, every column against the
 * text that was hashed, the votes and the state against the events, and the payload against the digest that was recorded when it was asked.
 */
export async function* checkRequests(tenantId: string): AsyncGenerator<CheckedBatch, void> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const behind: string = after;
    const batch: StoredRequest[] = await inTenant({ tenantId }, (tx) => readRequests(tx, tenantId, behind));
    yield {
      subjects: batch.length,
      events: batch.reduce((count, { events }) => count + (events?.length ?? 0), 0),
      problems: batch.flatMap(checkRequest),
    };
    after = batch.at(-1)?.id;
  }
}

/** Heads and histories in one statement: what is written meanwhile is in both or in neither. */
function readRequests(tx: Tx, tenantId: string, after: string): Promise<StoredRequest[]> {
  return tx.$queryRaw<StoredRequest[]>`
    WITH page AS (
      SELECT r.id, r.status, r.seq, r.last_hash, r.payload, r.payload_digest, sum(r.seq) OVER (ORDER BY r.id) - r.seq AS before
      FROM approval_requests r WHERE r.tenant_id = ${tenantId} AND r.id > ${after} ORDER BY r.id LIMIT ${REQUESTS}
    )
    SELECT page.id, page.status, page.seq, page.last_hash, page.payload, page.payload_digest, (
      SELECT jsonb_agg(jsonb_build_object('event_id', e.event_id, 'tenant_id', e.tenant_id, 'subject_id', e.subject_id,
        'subject_kind', e.subject_kind, 'seq', e.seq, 'type', e.type, 'version', e.version, 'from_status', e.from_status,
        'to_status', e.to_status, 'actor', e.actor, 'actor_type', e.actor_type, 'actor_id', e.actor_id, 'actor_name', e.actor_name,
        'reason', e.reason, 'data', e.data, 'trace_id', e.trace_id, 'canonical', e.canonical, 'prev_hash', e.prev_hash,
        'hash', e.hash, 'at', rfc3339_ms(e.timestamp)) ORDER BY e.seq)
      FROM events e WHERE e.subject_id = page.id AND e.tenant_id = ${tenantId}) AS events, (
      SELECT jsonb_agg(jsonb_build_object('user_id', v.user_id, 'version', v.version, 'decision', v.decision, 'level', v.level,
        'notes', v.notes, 'at', rfc3339_ms(v.at)) ORDER BY v.at)
      FROM approval_reviews v WHERE v.request_id = page.id AND v.tenant_id = ${tenantId}) AS votes
    FROM page WHERE page.before < ${EVENTS} ORDER BY page.id`;
}

function checkRequest(request: StoredRequest): AuditProblem[] {
  const events = request.events ?? [];
  const problems: AuditProblem[] = [];
  const report = (seq: number, problem: string) => problems.push({ subject_id: request.id, seq, problem });
  const verdict = verifyChain(events.map(toLink), sha256Hex, { seq: request.seq, hash: request.last_hash });
  if (!verdict.ok) report(verdict.seq, verdict.problem);
  for (const event of events) {
    const fields = toFields(event);
    const problem = columnProblem(event.canonical, canonicalEvent(fields), { ...fields });
    if (problem !== null) report(event.seq, problem);
  }
  for (const { seq, problem } of voteProblems(request.votes ?? [], events)) report(seq, problem);
  const last = events.at(-1);
  if (last !== undefined && last.to_status !== request.status) {
    report(last.seq, `the request is ${request.status}, its history says ${last.to_status}`);
  }
  const asked = events[0]?.type === 'approval.created' ? events[0].data.payload_digest : undefined;
  const digest = `sha256:${sha256Hex(canonicalJson(request.payload))}`;
  if (digest !== request.payload_digest || (asked !== undefined && asked !== digest)) {
    report(1, 'the payload is not the one that was asked about');
  }
  return problems;
}

function toLink({ seq, canonical, at, prev_hash: prevHash, hash }: StoredEvent): ChainLink {
  return { seq, canonical, at, prevHash, hash };
}

/** The columns that `canonicalEvent` puts into the text. */
function toFields(event: StoredEvent): EventFields {
  const { canonical: _canonical, prev_hash: _prevHash, hash: _hash, at: _at, ...fields } = event;
  return fields;
}

const ORPHANS_PAGE = 5000;

interface EventsPage {
  /** Where the next page starts; null when this one is empty. */
  last: FeedPosition | null;
  orphans: { subject_id: string; seq: number }[] | null;
}

/** Events whose request, or run, is gone: taken out by somebody who went around the application. */
export async function* checkOrphans(tenantId: string): AsyncGenerator<AuditProblem[], void> {
  for (let after: FeedPosition | null = FEED_START; after !== null; ) {
    const position: FeedPosition = after;
    const page: EventsPage = await inTenant({ tenantId }, (tx) => readOrphans(tx, tenantId, position));
    yield (page.orphans ?? []).map((orphan) => ({
      ...orphan,
      problem: orphan.subject_id.startsWith('run_') ? 'its run is missing' : 'its request is missing',
    }));
    after = page.last;
  }
}

async function readOrphans(tx: Tx, tenantId: string, after: FeedPosition): Promise<EventsPage> {
  const [page] = await tx.$queryRaw<[EventsPage]>`
    WITH page AS (
      SELECT e.xid, e.subject_id, e.seq FROM events e
      WHERE e.tenant_id = ${tenantId} AND ${behind(after)} ORDER BY ${FEED_ORDER} LIMIT ${ORPHANS_PAGE}
    ), orphans AS (
      SELECT p.subject_id, min(p.seq) AS seq FROM page p
      WHERE NOT EXISTS (SELECT FROM approval_requests r WHERE r.id = p.subject_id AND r.tenant_id = ${tenantId})
        AND NOT EXISTS (SELECT FROM dag_runs d WHERE d.run_id = p.subject_id AND d.tenant_id = ${tenantId})
      GROUP BY p.subject_id
    )
    SELECT (SELECT jsonb_build_object('xid', p.xid::text, 'subject', p.subject_id, 'seq', p.seq) FROM page p
        ORDER BY p.xid DESC, p.subject_id DESC, p.seq DESC LIMIT 1) AS last,
      (SELECT jsonb_agg(to_jsonb(o) ORDER BY o.subject_id) FROM orphans o) AS orphans`;
  return page;
}
