import type { JsonObject } from './json-schema';

/** How a caller shows who they are. */
export const SECURITY_SCHEMES: JsonObject = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'csk_live_…',
    description:
      'An API key. `X-User-Rbac-Role` (viewer, operator, admin, owner, in any case) lowers what it may do for one call, and never raises it.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Secure-countersign.session-token',
    description:
      'The console’s own session (without `__Secure-` on plain http). Its writes must come from the console itself: same origin, `application/json`.',
  },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'The token that METRICS_TOKEN sets' },
};

/** Headers that operations share, by the name they are referred to. */
export const PARAMETERS: Record<string, JsonObject> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Makes repeating the call safe for 24 hours: the same body gets the same status and the resource as it is now, also when it was removed since; another body gets 422.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '7c6f5b1e-2f4a-4a53-9d6f-0a7c1d1c9b7e',
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` that you believe in. Anything that happened since makes it 412.',
    schema: { type: 'string' },
    example: '"3"',
  },
  RequiredIfMatch: {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The `ETag` of the version you read. Without it: 428.',
    schema: { type: 'string' },
    example: '"7"',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=30` answers when the request is resolved or the time is up (RFC 7240).',
    schema: { type: 'string' },
    example: 'wait=30',
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'Where to go on; sent by browsers when they connect again.',
    schema: { type: 'string' },
  },
};

/** Headers of answers. */
export const HEADERS: Record<string, JsonObject> = {
  RequestId: { description: 'The id of this call, as sent or made', schema: { type: 'string' } },
  ETag: { description: 'The position of its history; what `If-Match` wants', schema: { type: 'string' } },
  IdempotentReplayed: {
    description: '`true` when an earlier call with this Idempotency-Key had the effect',
    schema: { type: 'string', enum: ['true'] },
  },
  RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer' } },
};
