import { WEBHOOK_TYPES } from '@/lib/contracts';
import type { JsonObject } from './json-schema';

/** What we send: one webhook, whose `type` says what happened. */
export function describeWebhooks(): JsonObject {
  const signed = [
    ['webhook-id', 'The event’s id, the same on every attempt'],
    ['webhook-timestamp', 'Seconds since 1970, of this attempt'],
    ['webhook-signature', '`v1,<base64>`; several during a rotation (Standard Webhooks)'],
    ['X-Webhook-Signature', '`sha256=<hex>`: HMAC-SHA256 of the raw body under the current secret'],
    ['X-Webhook-Key-Version', 'Which secret that was'],
  ].map(([name = '', description = '']) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  return {
    event: {
      post: {
        operationId: 'receiveEvent',
        tags: ['Webhooks'],
        summary: 'Something happened',
        description: `At least once; answer 2xx. Types: ${WEBHOOK_TYPES.map((type) => `\`${type}\``).join(', ')}.`,
        security: [],
        parameters: signed,
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $ref: '#/components/schemas/WebhookPayload' },
              example: {
                type: 'approval.approved',
                timestamp: '2026-01-14T12:00:00.000Z',
                data: {
                  request_id: 'req_01KEY610G0000000000000000G',
                  correlation_id: 'invoice-4711',
                  status: 'approved',
                },
              },
            },
          },
        },
        responses: {
          '2XX': { description: 'Delivered' },
          '410': { description: 'Gone: the endpoint is disabled' },
          default: { description: 'Tried again on the endpoint’s schedule; 429 and 503 may say `Retry-After`' },
        },
      },
    },
  };
}
