/** Calls of the API as a caller makes them: a `Request` to the exported route, without a server. */
import { expect } from 'vitest';
import type { Operation } from '@/lib/contracts';
import type { Route } from '@/lib/http/route';
import { writeSession } from '@/lib/platform/auth';
import type { TestKey, TestPerson } from './people';

export const ORIGIN = 'http://localhost:3000';

/** The headers by which a caller shows who they are. */
export type Caller = Record<string, string>;

export const nobody: Caller = {};

export function withKey({ key }: Pick<TestKey, 'key'>): Caller {
  return { authorization: `Bearer ${key}` };
}

/** A person's console, as their browser sends it. */
export async function withSession({ actor }: TestPerson, over: { authTime?: Date } = {}): Promise<Caller> {
  const cookie = await writeSession({
    userId: actor.userId ?? '',
    memberId: actor.memberId ?? '',
    tenantId: actor.tenantId,
    sessionVersion: actor.sessionVersion ?? 1,
    authTime: over.authTime ?? new Date(),
  });
  return { cookie, 'sec-fetch-site': 'same-origin' };
}

export interface CallInput {
  as?: Caller;
  params?: Record<string, string>;
  query?: Record<string, string | readonly string[]>;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** The parsed JSON, or the text where it is none. */
  body: Record<string, unknown> & {
    code?: string;
    detail?: string;
    errors?: { pointer: string; detail: string; line?: number; column?: number }[];
  };
  text: string;
}

/** The request that calls an operation. Parameters are percent-encoded; a text body is sent as it is. */
export function toRequest(
  operation: Operation,
  { as = nobody, params = {}, query = {}, body, headers = {} }: CallInput,
) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const url = new URL(path, ORIGIN);
  for (const [name, value] of Object.entries(query)) {
    for (const each of typeof value === 'string' ? [value] : value) url.searchParams.append(name, each);
  }
  return new Request(url, {
    method: operation.method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...as, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** Calls a route and reads the whole answer. */
export async function call(route: Route, input: CallInput = {}): Promise<Answer> {
  return readAnswer(await route(toRequest(route.operation, input)));
}

/**
 * Calls again as long as the answer is 503, as its `Retry-After` asks for: on a machine that is too busy for a crowd, an honest caller
 * comes again.
 */
export async function callUntilServed(route: Route, input: CallInput = {}): Promise<Answer> {
  for (;;) {
    const answer = await call(route, input);
    if (answer.status !== 503) return answer;
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : {},
  };
}
