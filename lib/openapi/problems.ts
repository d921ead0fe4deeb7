import type { Operation } from '@/lib/contracts';
import { PROBLEMS } from '@/lib/domain/errors';
import type { JsonObject } from './json-schema';

/** What each status of a problem means to a caller, in the words of DESIGN and RFC 9457. */
const MEANINGS: Record<number, string> = {
  400: 'The request cannot be read',
  401: 'Nobody, or nobody who is known, asks',
  403: 'You may see it, but not do this',
  404: 'Missing, or not yours: the two are answered alike',
  405: 'This address does not answer that method; `Allow` says which',
  409: 'The state of things does not allow it, or somebody was faster',
  412: 'What you believed in with `If-Match`, or had seen, has changed',
  413: 'The body is too large',
  415: 'The body is of another type than the operation takes',
  422: 'Some of the input is not valid; `errors` says where',
  428: '`If-Match` is required here',
  429: 'Too often, or too many at once; `Retry-After` says when to try again',
  500: 'Our fault',
  503: 'Not available at the moment; `Retry-After` says when to try again',
};

type Status = (typeof PROBLEMS)[keyof typeof PROBLEMS]['status'];

const STATUSES = [...new Set(Object.values(PROBLEMS).map(({ status }) => status))].sort((a, b) => a - b);

const codesOf = (status: number) =>
  Object.entries(PROBLEMS)
    .filter(([, problem]) => problem.status === status)
    .map(([code]) => code);

/** RFC 9457, with the members that every problem of ours has. */
export const PROBLEM_SCHEMA: JsonObject = {
  type: 'object',
  description: 'Problem details (RFC 9457). Some codes add members: a conflict names the `state` that won.',
  properties: {
    type: { type: 'string', description: '`/problems/<code>`' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The path that was asked for' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    request_id: { type: 'string', description: 'As in `X-Request-Id`' },
    errors: {
      type: 'array',
      description: 'One for every fault of the input',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901); `?name` for a query, `{name}` for a path' },
          detail: { type: 'string' },
          line: { type: 'integer', description: 'In a YAML document' },
          column: { type: 'integer' },
        },
        required: ['pointer', 'detail'],
      },
    },
  },
  required: ['type', 'title', 'status', 'instance', 'code', 'request_id'],
  additionalProperties: true,
};

/** One reusable response for every status that a problem can have. */
export function problemResponses(): Record<string, JsonObject> {
  return Object.fromEntries(STATUSES.map((status) => [`Problem${status}`, problemResponse(status)]));
}

function problemResponse(status: Status): JsonObject {
  const codes = codesOf(status);
  const [first = ''] = codes;
  const list = codes.map((code) => `- \`${code}\`: ${PROBLEMS[code as keyof typeof PROBLEMS].title}`).join('\n');
  const headers: JsonObject = {
    ...(status === 503 || status === 429 ? { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } : {}),
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
  };
  return {
    description: `${MEANINGS[status] ?? ''}.\n\n${list}`,
    headers,
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        example: {
          type: `/problems/${first}`,
          title: PROBLEMS[first as keyof typeof PROBLEMS].title,
          status,
          instance: '/api/v1/policy/requests',
          code: first,
          request_id: 'rq_01ARYZ6S41TSV4RRFFQ69G5FAV',
        },
      },
    },
  };
}

/** The problems that an operation can answer with, by its shape. */
export function problemStatuses(operation: Operation): number[] {
  const { access, body, id, ifMatch, method, params, query } = operation;
  const signedIn = access !== 'public';
  const writes = method !== 'GET';
  const statuses: [number, boolean][] = [
    [400, body !== undefined || params !== undefined],
    // A code instead of a credential.
    [401, signedIn || id === 'finishCliLogin'],
    [403, signedIn && (access !== 'authenticated' || writes)],
    [404, signedIn && (params !== undefined || access !== 'authenticated')],
    [409, signedIn && writes],
    [412, ifMatch !== undefined],
    [413, body !== undefined],
    [415, body !== undefined],
    [422, body !== undefined || query !== undefined],
    [428, ifMatch === 'required'],
    // Where calls may wait, and where a password is guessed.
    [429, id === 'getRequest' || id === 'changePassword'],
    [503, signedIn || id === 'finishCliLogin'],
  ];
  return statuses.filter(([, possible]) => possible).map(([status]) => status);
}
