import type { WebhookPayload } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import type { OutboxEvent, RequestOutboxEvent, RunOutboxEvent } from '@/lib/platform/db/worker';

/**
 * What a receiver is told of an event. Pure, and only of what does not change any more: the same event gives the same bytes. The payload
 * that was asked about stays behind the API: its digest says which one it was.
 */
export function toWebhookPayload(event: OutboxEvent, consoleUrl: string): WebhookPayload {
  const console = consoleUrl.replace(/\/+$/, '');
  return event.subject_kind === 'run' ? ofRun(event, console) : ofRequest(event, console);
}

function ofRun(event: RunOutboxEvent, console: string): WebhookPayload {
  return {
    type: event.type,
    timestamp: event.timestamp,
    data: {
      ...(event.data as WebhookPayload['data']),
      event_id: event.event_id,
      run_id: event.subject_id,
      tenant_id: event.tenant_id,
      status: event.to_status,
      previous_status: event.from_status,
      seq: event.seq,
      dag_name: event.run.dag_name,
      dag_version: event.run.dag_version,
      requested_by: event.run.requested_by,
      actor: event.actor,
      actor_type: event.actor_type,
      actor_id: event.actor_id,
      actor_name: event.actor_name,
      reason: event.reason,
      created_at: event.run.created_at,
      url: `${console}/runs/${event.subject_id}`,
    },
  };
}

function ofRequest(event: RequestOutboxEvent, console: string): WebhookPayload {
  const { request } = event;
  const resolves = event.from_status !== event.to_status && !isOpen(event.to_status);
  return {
    type: event.type,
    timestamp: event.timestamp,
    data: {
      ...(event.data as WebhookPayload['data']),
      event_id: event.event_id,
      request_id: event.subject_id,
      correlation_id: request.correlation_id,
      tenant_id: event.tenant_id,
      status: event.to_status,
      previous_status: event.from_status,
      seq: event.seq,
      version: event.version,
      kind: request.kind,
      title: request.title,
      policy_type: request.policy_type,
      skill_id: request.skill_id,
      agent_id: request.agent_id,
      requested_by: request.requested_by,
      payload_digest: request.payload_digest,
      actor: event.actor,
      actor_type: event.actor_type,
      actor_id: event.actor_id,
      actor_name: event.actor_name,
      reason: event.reason,
      created_at: request.created_at,
      expires_at: request.expires_at,
      resolved_at: resolves ? event.timestamp : null,
      url: `${console}/requests/${event.subject_id}`,
    },
  };
}
