import { z } from 'zod';
import { defineOperation } from './operation';
import { ApprovalRequestResource, OneRequestQuery, OutcomeResultSchema, RequestParams } from './requests';
import { Cents } from './scalars';

export const OutcomeBody = z.strictObject({
  result: OutcomeResultSchema,
  actual_cost_cents: Cents.nullish().meta({ description: 'What it really cost; left out, the estimate stands' }),
});
export type OutcomeBody = z.output<typeof OutcomeBody>;

export const reportOutcome = defineOperation({
  id: 'reportOutcome',
  method: 'POST',
  path: '/api/v1/policy/requests/{id}/outcome',
  access: 'requests:create',
  tag: 'Requests',
  summary: 'Report what became of an approved request',
  description:
    'By who asked (the key or person), or whoever manages policy. *used* counts what was reserved in budgets as spent, at its actual cost ' +
    'where that is given; *failed* and *rolled_back* give it back. An outcome is reported once: the same report again answers 200, another one 409.',
  params: RequestParams,
  query: OneRequestQuery,
  body: OutcomeBody,
  response: ApprovalRequestResource,
  idempotent: true,
  example: { result: 'used', actual_cost_cents: 248000 },
});
