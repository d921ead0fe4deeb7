import { z } from 'zod';
import { SECRET_NAME } from '@/lib/domain/run';
import { RESPONSE_VALUE } from '@/lib/platform/cel';
import { findTargetFault } from '@/lib/platform/http-client';
import { findExpressionFaults } from '../expressions';
import { placeholdersOf } from './url';

/** What a task received under this name; the whole value, never a part of a text. */
const ParamRef = z.strictObject({ $param: z.string().min(1).max(200) });
/** A secret of the tenant; `prefix` stands before it, such as `Bearer `. */
const SecretRef = z.strictObject({ $secret: z.string().regex(SECRET_NAME), prefix: z.string().max(64).optional() });

/** RFC 9110, 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
/** What is ours to say, or the connection's. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const Status = z.int().min(100).max(599);

/** What the definition of an `http` task says. */
export const HttpParams = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.string().min(1).max(2048),
  headers: z.record(z.string(), z.union([z.string().max(4096), ParamRef, SecretRef])).default({}),
  query: z.record(z.string(), z.union([z.string().max(4096), z.number(), z.boolean(), ParamRef])).default({}),
  body: z.json().optional(),
  timeout_seconds: z.int().min(1).max(300).default(30),
  expect_status: z.union([Status, z.array(Status).min(1).max(20)]).optional(),
  output: z.record(z.string(), z.string()).optional(),
});
export type HttpParams = z.output<typeof HttpParams>;

interface Fault {
  pointer: string;
  detail: string;
}

/** Everything that is wrong with what a definition says, before anything is sent. */
export function findHttpFaults(given: Readonly<Record<string, unknown>>): Fault[] {
  const parsed = HttpParams.safeParse(given);
  if (!parsed.success) {
    return parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: 'Unknown field' }))
        : [{ pointer: toPointer(issue.path), detail: issue.message }],
    );
  }
  const { method, url, headers, body, output } = parsed.data;
  return [
    ...urlFaults(url),
    ...headerFaults(headers),
    ...(body === undefined ? [] : bodyFaults(body, ['body'])),
    ...(body !== undefined && (method === 'GET' || method === 'HEAD')
      ? [{ pointer: '/body', detail: `${method} has no body` }]
      : []),
    ...(output === undefined ? [] : findExpressionFaults(output, '/output', RESPONSE_VALUE)),
  ];
}

function urlFaults(url: string): Fault[] {
  const at = (detail: string) => [{ pointer: '/url', detail }];
  const names = placeholdersOf(url);
  if ('error' in names) return at(names.error);
  const fault = findTargetFault(url);
  return fault === null ? [] : at(fault);
}

function headerFaults(headers: HttpParams['headers']): Fault[] {
  const seen = new Set<string>();
  return Object.entries(headers).flatMap(([name, value]) => {
    const at = (detail: string) => [{ pointer: toPointer(['headers', name]), detail }];
    const known = name.toLowerCase();
    if (!HEADER_NAME.test(name)) return at('Not the name of a header');
    if (OWN_HEADERS.has(known)) return at('This header is set by what sends the request');
    if (seen.has(known)) return at('This header is there twice');
    seen.add(known);
    return typeof value === 'string' && !isHeaderValue(value) ? at('Not the value of a header') : [];
  });
}

/** Printable characters that a header can carry, without line breaks. */
export function isHeaderValue(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** A reference is an object that holds nothing else, so that a misspelt one is not sent as it is written. */
function bodyFaults(value: unknown, path: readonly PropertyKey[]): Fault[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => bodyFaults(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  const names = Object.keys(value);
  if (!names.includes('$param') && !names.includes('$secret')) {
    return Object.entries(value).flatMap(([key, item]) => bodyFaults(item, [...path, key]));
  }
  if (asReference(value) !== null) return [];
  return [
    {
      pointer: toPointer(path),
      detail: 'A reference is {"$param": name}, or {"$secret": name} with a prefix if need be, and nothing else',
    },
  ];
}

export type Reference = { kind: 'param'; name: string } | { kind: 'secret'; name: string; prefix: string };

/** What an object refers to; null where it is an ordinary one. */
export function asReference(value: unknown): Reference | null {
  const param = ParamRef.safeParse(value);
  if (param.success) return { kind: 'param', name: param.data.$param };
  const secret = SecretRef.safeParse(value);
  return secret.success ? { kind: 'secret', name: secret.data.$secret, prefix: secret.data.prefix ?? '' } : null;
}

function toPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
