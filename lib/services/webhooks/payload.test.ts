import { expect, test } from 'vitest';
import { WebhookPayload } from '@/lib/contracts';
import type { RequestOutboxEvent, RunOutboxEvent } from '@/lib/platform/db/worker';
import { toWebhookPayload } from './payload';

function anEvent(over: Partial<RequestOutboxEvent> = {}): RequestOutboxEvent {
  return {
    subject_kind: 'request',
    event_id: 'evt_1',
    tenant_id: 'acme',
    subject_id: 'req_1',
    type: 'approval.approved',
    seq: 2,
    version: 1,
    from_status: 'pending',
    to_status: 'approved',
    actor: 'usr_ada',
    actor_type: 'session',
    actor_id: 'usr_ada',
    actor_name: 'Ada',
    reason: 'Invoice matches',
    data: { decision: 'approve', level: 3, current_level: 3, approvals_count: 1, approval_data: { budget: 'Q1' } },
    trace_id: null,
    timestamp: '2026-01-14T12:00:00.000Z',
    request: {
      correlation_id: 'order-7',
      kind: 'policy',
      title: 'Transfer',
      policy_type: 'cost',
      skill_id: 'payments.transfer',
      agent_id: 'billing-bot',
      requested_by: null,
      payload_digest: 'sha256:1',
      created_at: '2026-01-14T11:00:00.000Z',
      expires_at: '2026-01-15T11:00:00.000Z',
    },
    targets: [],
    ...over,
  };
}

test('a receiver is told what happened to which request, by whom and why', () => {
  expect(toWebhookPayload(anEvent(), 'https://approvals.example/')).toEqual({
    type: 'approval.approved',
    timestamp: '2026-01-14T12:00:00.000Z',
    data: {
      event_id: 'evt_1',
      request_id: 'req_1',
      correlation_id: 'order-7',
      tenant_id: 'acme',
      status: 'approved',
      previous_status: 'pending',
      seq: 2,
      version: 1,
      kind: 'policy',
      title: 'Transfer',
      policy_type: 'cost',
      skill_id: 'payments.transfer',
      agent_id: 'billing-bot',
      requested_by: null,
      payload_digest: 'sha256:1',
      actor: 'usr_ada',
      actor_type: 'session',
      actor_id: 'usr_ada',
      actor_name: 'Ada',
      reason: 'Invoice matches',
      decision: 'approve',
      level: 3,
      current_level: 3,
      approvals_count: 1,
      approval_data: { budget: 'Q1' },
      created_at: '2026-01-14T11:00:00.000Z',
      expires_at: '2026-01-15T11:00:00.000Z',
      resolved_at: '2026-01-14T12:00:00.000Z',
      url: 'https://approvals.example/requests/req_1',
    },
  });
});

test('the same event gives the same bytes, in the form the contract promises', () => {
  const [once, again] = [anEvent(), anEvent()].map((event) =>
    JSON.stringify(toWebhookPayload(event, 'https://a.example')),
  );
  expect(once).toBe(again);
  expect(WebhookPayload.parse(JSON.parse(once ?? ''))).toBeTruthy();
});

test('what an event carries cannot pass for what the system says', () => {
  const forged = anEvent({ data: { status: 'rejected', tenant_id: 'other', request_id: 'req_2' } });
  expect(toWebhookPayload(forged, 'https://a.example').data).toMatchObject({
    status: 'approved',
    tenant_id: 'acme',
    request_id: 'req_1',
  });
});

test('only the event that ends a request says when it ended', () => {
  const ended = (over: Partial<RequestOutboxEvent>) =>
    toWebhookPayload(anEvent(over), 'https://a.example').data.resolved_at;
  expect(ended({})).toBe('2026-01-14T12:00:00.000Z');
  expect(ended({ type: 'approval.escalated', to_status: 'escalated' })).toBeNull();
  expect(ended({ type: 'approval.commented', from_status: 'approved', to_status: 'approved' })).toBeNull();
});

test('an event of a run names the run, its definition and where to look', () => {
  const { request: _request, ...common } = anEvent();
  const event: RunOutboxEvent = {
    ...common,
    subject_kind: 'run',
    subject_id: 'run_1',
    type: 'run.paused',
    from_status: 'running',
    to_status: 'paused',
    data: { task_id: 'agree' },
    run: { dag_name: 'weekly', dag_version: 3, requested_by: 'ci', created_at: '2026-01-14T11:00:00.000Z' },
  };
  expect(toWebhookPayload(event, 'https://a.example')).toMatchObject({
    type: 'run.paused',
    data: {
      run_id: 'run_1',
      status: 'paused',
      previous_status: 'running',
      dag_name: 'weekly',
      dag_version: 3,
      task_id: 'agree',
      url: 'https://a.example/runs/run_1',
    },
  });
});
