/** Requests with the past that a test needs, written by the database's owner with a chain that verifies. */
import type { ApprovalEventType, ApprovalStatus } from '@/lib/domain/approval';
import { CHAIN_START, canonicalJson, chainInput } from '@/lib/domain/audit';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import type { Sql } from './people';

/** Something that happened to a request after it was made. */
export interface Step {
  type: ApprovalEventType;
  to: ApprovalStatus;
  at: Date;
  actor?: string;
  actorName?: string;
  reason?: string;
}

export interface History {
  createdAt?: Date;
  /** The request's end; without it the request is still open. */
  ending?: { status: Exclude<ApprovalStatus, 'pending' | 'escalated'>; at: Date; by?: string };
  escalatedAt?: Date;
  comments?: { at: Date; text: string; actor?: string }[];
  requiredLevel?: number;
  title?: string;
  skillId?: string;
  policyType?: string;
  requestedBy?: string;
  justification?: string;
  payload?: Record<string, unknown>;
}

const YEAR_MS = 365 * 86_400_000;

/** Writes a request and its events, and returns its id. Boring where nothing is said: a pending transfer of billing-bot, made now. */
export async function addRequest(sql: Sql, tenantId: string, history: History = {}): Promise<string> {
  const { createdAt = new Date(), ending, title = 'payments.transfer for billing-bot', requiredLevel = 3 } = history;
  const id = newId('request');
  const payload = history.payload ?? { amount_cents: 250_000 };
  const digest = `sha256:${sha256Hex(canonicalJson(payload))}`;
  const events = chainOf(tenantId, id, stepsOf(history, createdAt), { title, payload_digest: digest });
  const head = events.at(-1);
  await sql(
    `INSERT INTO approval_requests (id, tenant_id, correlation_id, status, seq, last_hash, policy_type, skill_id, agent_id, payload,
       payload_digest, requested_by, title, justification, policy, required_level, min_approvals, created_at, updated_at, expires_at,
       resolved_at, resolved_by)
     VALUES ($1, $2, $1, $3, $4, $5, $6, $7, 'billing-bot', $8, $9, $10, $11, $12, '{}', $13, 1, $14, $15, $16, $17, $18)`,
    [
      id,
      tenantId,
      head?.to_status,
      events.length,
      head?.hash,
      history.policyType ?? 'cost',
      history.skillId ?? 'payments.transfer',
      JSON.stringify(payload),
      digest,
      history.requestedBy ?? 'billing-bot',
      title,
      history.justification ?? null,
      requiredLevel,
      createdAt,
      ending?.at ?? createdAt,
      ending?.status === 'expired' ? ending.at : new Date((ending?.at ?? createdAt).getTime() + YEAR_MS),
      ending?.at ?? null,
      ending === undefined ? null : (ending.by ?? 'usr_ada'),
    ],
  );
  await sql(
    `INSERT INTO events (event_id, tenant_id, subject_id, subject_kind, seq, type, version, from_status, to_status, actor, actor_type,
       actor_id, actor_name, reason, data, trace_id, timestamp, canonical, prev_hash, hash)
     SELECT e.event_id, e.tenant_id, e.subject_id, e.subject_kind, e.seq, e.type, e.version, e.from_status, e.to_status, e.actor,
       e.actor_type, e.actor_id, e.actor_name, e.reason, e.data, e.trace_id, e.timestamp, e.canonical, e.prev_hash, e.hash
     FROM jsonb_populate_recordset(NULL::events, $1::jsonb) e`,
    [JSON.stringify(events)],
  );
  return id;
}

function stepsOf({ escalatedAt, ending, comments = [] }: History, createdAt: Date): Step[] {
  const steps: Step[] = [{ type: 'approval.created', to: 'pending', at: createdAt, actor: 'billing-bot' }];
  if (escalatedAt) {
    steps.push({ type: 'approval.escalated', to: 'escalated', at: escalatedAt, actor: 'escalation_worker' });
  }
  const open = steps.at(-1)?.to ?? 'pending';
  for (const { at, text, actor } of comments) {
    steps.push({ type: 'approval.commented', to: open, at, reason: text, ...(actor === undefined ? {} : { actor }) });
  }
  if (ending) {
    steps.push({ type: `approval.${ending.status}`, to: ending.status, at: ending.at, actor: ending.by ?? 'usr_ada' });
  }
  return steps;
}

function chainOf(tenantId: string, requestId: string, steps: readonly Step[], firstData: Record<string, unknown>) {
  let prev = CHAIN_START;
  return steps.map(({ type, to, at, actor = 'usr_ada', actorName = actor, reason = null }, index) => {
    const fields = {
      event_id: newId('event'),
      tenant_id: tenantId,
      subject_id: requestId,
      subject_kind: 'request',
      seq: index + 1,
      type,
      version: 1,
      from_status: steps[index - 1]?.to ?? null,
      to_status: to,
      actor,
      actor_type: actor.startsWith('usr_') ? 'session' : 'api_key',
      actor_id: `id_of_${actor}`,
      actor_name: actorName,
      reason,
      data: index === 0 ? firstData : {},
      trace_id: null,
    };
    const canonical = canonicalJson(fields);
    const timestamp = at.toISOString();
    const prevHash = prev;
    prev = sha256Hex(chainInput(prevHash, canonical, timestamp));
    return { ...fields, timestamp, canonical, prev_hash: prevHash, hash: prev };
  });
}
