import { expect, test } from 'vitest';
import type { EventResource } from '@/lib/contracts';
import { describeEvent } from './event-words';

const anEvent = (over: Partial<EventResource>): EventResource => ({
  event_id: 'evt_1',
  type: 'approval.approved',
  tenant_id: 'acme',
  request_id: 'req_1',
  correlation_id: 'req_1',
  title: 'payments.transfer for billing-bot',
  seq: 2,
  version: 1,
  from_status: 'pending',
  to_status: 'approved',
  actor: 'usr_ada',
  actor_type: 'session',
  actor_id: 'usr_ada',
  actor_name: 'Ada Okafor',
  reason: null,
  data: {},
  timestamp: '2026-01-14T12:00:00.000Z',
  hash: 'abc',
  ...over,
});

test.each([
  [{ data: { level: 4 } }, 'Ada Okafor approved it at level 4', 'approved'],
  [
    { type: 'approval.review_recorded', to_status: 'pending', data: { level: 2 } },
    'Ada Okafor signed at level 2',
    null,
  ],
  [{ actor: 'policy', actor_type: 'policy', actor_name: 'Policy' }, 'Policy allowed it', 'approved'],
  [
    {
      type: 'approval.escalated',
      to_status: 'escalated',
      actor: 'escalation_worker',
      actor_type: 'job',
      actor_name: 'Escalation',
      data: { escalate_to: 'finance-leads' },
    },
    'Escalation escalated it to finance-leads',
    'escalated',
  ],
  [
    { type: 'approval.expired', to_status: 'expired', actor: 'expiry', actor_type: 'job', actor_name: 'Expiry' },
    'Time ran out',
    'expired',
  ],
  [
    {
      type: 'approval.created',
      from_status: null,
      to_status: 'pending',
      actor: 'billing-bot',
      actor_type: 'api_key',
      actor_name: 'Billing key',
    },
    'billing-bot (Billing key) asked',
    'pending',
  ],
  [
    {
      type: 'approval.created',
      from_status: null,
      to_status: 'pending',
      actor: 'key_1',
      actor_type: 'api_key',
      actor_name: 'Billing key',
    },
    'Billing key asked',
    'pending',
  ],
] as const)('an event reads as a sentence: %#', (over, sentence, state) => {
  const { who, through, did, became } = describeEvent(anEvent(over));
  expect(`${who}${through === null ? '' : ` (${through})`} ${did}`).toBe(sentence);
  expect(became).toBe(state);
});
