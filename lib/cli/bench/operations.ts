import { TENANT } from './world';

export const OPERATIONS = ['create', 'decide', 'read', 'evaluate'] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** A call as the load sends it and as the recording makes it once. */
export interface Call {
  method: 'GET' | 'POST';
  path: string;
  by: 'caller' | 'approver';
  body?: string;
}

const QUESTION = {
  tenant_id: TENANT,
  skill_id: 'payments.transfer',
  agent_id: 'billing-bot',
  payload: {
    amount_cents: 250_000,
    currency: 'EUR',
    to: { name: 'Northwind GmbH', iban: 'DE02 1203 0000 0000 2020 51' },
  },
};
const CREATE = JSON.stringify({ ...QUESTION, requested_by: 'billing-bot', justification: 'Invoice 4711' });
const EVALUATE = JSON.stringify(QUESTION);
const APPROVE = JSON.stringify({ notes: 'Invoice matches the order' });

/** The calls that are measured; `requestId` is the request that a decision or a read is about. */
export const CALLS = {
  create: () => ({ method: 'POST', path: '/api/v1/policy/requests', by: 'caller', body: CREATE }),
  decide: (requestId) => ({
    method: 'POST',
    path: `/api/v1/policy/requests/${requestId}/approve`,
    by: 'approver',
    body: APPROVE,
  }),
  read: (requestId) => ({ method: 'GET', path: `/api/v1/policy/requests/${requestId}`, by: 'caller' }),
  evaluate: () => ({ method: 'POST', path: '/api/v1/policy/eval', by: 'caller', body: EVALUATE }),
} as const satisfies Record<OperationName, (requestId: string) => Call>;
