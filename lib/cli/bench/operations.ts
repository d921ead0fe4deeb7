import { RULED_TENANT, TENANT, UNRECORDED_TENANT } from './world';

export const OPERATIONS = ['create', 'decide', 'read', 'evaluate', 'by 100 rules', 'unrecorded'] as const;
export type OperationName = (typeof OPERATIONS)[number];

/** A call as the load sends it and as the recording makes it once. */
export interface Call {
  method: 'GET' | 'POST';
  path: string;
  by: 'caller' | 'approver' | 'ruled' | 'unrecorded';
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

const askIn = (tenant: string) => JSON.stringify({ ...QUESTION, tenant_id: tenant });

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
  'by 100 rules': () => ({ method: 'POST', path: '/api/v1/policy/eval', by: 'ruled', body: askIn(RULED_TENANT) }),
  unrecorded: () => ({ method: 'POST', path: '/api/v1/policy/eval', by: 'unrecorded', body: askIn(UNRECORDED_TENANT) }),
} as const satisfies Record<OperationName, (requestId: string) => Call>;
