import { describe, expect, test } from 'vitest';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import { describeMissing, describeState, type RequestState } from './request-state';

function aState(over: Partial<RequestState>): RequestState {
  const status = over.status ?? 'pending';
  return {
    request_id: 'req_1',
    correlation_id: 'req_1',
    title: 'Pay 4711',
    policy_type: 'cost',
    skill_id: 'payments.transfer',
    agent_id: null,
    tenant_id: 'acme',
    requested_by: null,
    required_level: 4,
    current_level: 0,
    min_approvals: 1,
    approvals_count: 0,
    payload_digest: 'sha256:00',
    approval_data: null,
    created_at: '2026-01-14T12:00:00.000Z',
    expires_at: '2026-01-15T12:00:00.000Z',
    resolved_at: null,
    resolved_by: null,
    status,
    decided: !['pending', 'escalated'].includes(status),
    approved: status === 'approved',
    reason: null,
    ...over,
  };
}

describe('what an agent is told of a request', () => {
  // The guarantee: only an approved request is ever said to be allowed.
  test.each(APPROVAL_STATUSES)('%s', (status) => {
    const said = describeState(aState({ status }));
    expect([status, said.includes('may be done now')]).toEqual([status, status === 'approved']);
    expect([status, said.includes('must not be done')]).toEqual([status, status !== 'approved']);
  });

  test('who decided it and why', () => {
    const rejected = aState({ status: 'rejected', resolved_by: 'Oz', reason: 'Paid in March' });
    expect(describeState(rejected)).toBe('Rejected by Oz: Paid in March. req_1 (“Pay 4711”) must not be done.');
  });

  test('what it still waits for', () => {
    expect(describeMissing(aState({}))).toBe('a person at level 4');
    expect(describeMissing(aState({ min_approvals: 3, approvals_count: 1 }))).toBe('2 people at level 4');
    expect(describeMissing(aState({ status: 'escalated' }))).toBe('a person at level 4 (escalated)');
  });
});
