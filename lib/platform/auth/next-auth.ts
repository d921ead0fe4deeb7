import { createHash, randomBytes } from 'node:crypto';
import type { NextApiRequest, NextApiResponse } from 'next';
import type { NextAuthOptions, User } from 'next-auth';
import { env } from '../env';
import { logger } from '../logger';
import { toReturnPath } from './return-path';
import {
  SESSION_LIFE_SECONDS,
  type SessionClaims,
  sessionCookieName,
  toTokenClaims,
  usesSecureCookies,
} from './session-token';

/** A call to one of next-auth's addresses, its body read already. */
export interface AuthCall {
  method: 'GET' | 'POST';
  /** What follows `/api/auth/`. */
  segments: readonly string[];
  query: Readonly<Record<string, string>>;
  form: Readonly<Record<string, string>>;
  headers: Headers;
  /** Whether the console itself sent it, as the browser attests; such a call needs no CSRF token besides. */
  isSameOrigin: boolean;
  /** Proves who somebody is; what it throws, `serveNextAuth` throws. */
  signIn: (form: Readonly<Record<string, string>>) => Promise<SessionClaims>;
}

/** The few of next-auth's addresses that are used here. Its `_log` and `session` would let strangers write logs and renew tokens. */
const SERVED = new Set(['GET csrf', 'GET error', 'GET signin', 'POST callback/credentials', 'POST signout']);

/** Whether next-auth answers this. */
export function isServedByNextAuth(method: string, segments: readonly string[]): boolean {
  return SERVED.has(`${method} ${segments.join('/')}`);
}

/**
 * Has next-auth answer, outside Next's request scope: it gets its own kind of request and response, and what it wrote becomes a
 * `Response`. It is loaded on first use, so that a build needs none of its settings.
 * @throws whatever `signIn` threw.
 */
export async function serveNextAuth(call: AuthCall): Promise<Response> {
  const { default: loaded } = await import('next-auth');
  const refusals: unknown[] = [];
  const cookies = readCookies(call.headers.get('cookie'));
  const form: Record<string, string> = { ...call.form, callbackUrl: toReturnPath(call.form.callbackUrl) };
  if (call.isSameOrigin && form.csrfToken === undefined) attestCsrf(form, cookies);
  const request = {
    method: call.method,
    headers: Object.fromEntries(call.headers),
    cookies,
    query: { ...call.query, nextauth: [...call.segments] },
    body: call.method === 'POST' ? form : undefined,
  };
  const { response, answer } = makeResponse();
  const serve = asFunction(loaded);
  await serve(request as unknown as NextApiRequest, response, options(call, refusals));
  if (refusals.length > 0) throw refusals[0];
  return answer();
}

type Serve = (request: NextApiRequest, response: NextApiResponse, options: NextAuthOptions) => Promise<unknown>;

/** Depending on who bundles, a CommonJS package's default is the function or an object that has it. */
function asFunction(loaded: unknown): Serve {
  return (typeof loaded === 'function' ? loaded : (loaded as { default: unknown }).default) as Serve;
}

function options(call: AuthCall, refusals: unknown[]): NextAuthOptions {
  const secure = usesSecureCookies();
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: SESSION_LIFE_SECONDS },
    useSecureCookies: secure,
    cookies: {
      sessionToken: { name: sessionCookieName(), options: { httpOnly: true, sameSite: 'lax', path: '/', secure } },
    },
    pages: { signIn: '/login', signOut: '/login', error: '/login' },
    providers: [
      {
        id: 'credentials',
        name: 'Password',
        type: 'credentials',
        credentials: {},
        authorize: async () => {
          try {
            const claims = await call.signIn(call.form);
            return { id: claims.userId, claims } as User;
          } catch (error) {
            refusals.push(error);
            return null;
          }
        },
      },
    ],
    callbacks: {
      redirect: ({ url, baseUrl }) => `${baseUrl}${toReturnPath(url)}`,
      // Only what the session needs: the token is sent with every call, and what it says of the person would grow old.
      jwt: ({ token, user }) => (hasClaims(user) ? toTokenClaims(user.claims) : token),
    },
    logger: {
      error: (code) => logger().error({ code }, 'next-auth failed'),
      warn: (code) => logger().warn({ code }, 'next-auth warns'),
      debug: () => {},
    },
  };
}

function hasClaims(user: unknown): user is { claims: SessionClaims } {
  return typeof user === 'object' && user !== null && 'claims' in user;
}

/** next-auth's own name for it. */
function csrfCookieName(): string {
  return `${usesSecureCookies() ? '__Host-' : ''}next-auth.csrf-token`;
}

/** next-auth wants a token that matches a cookie; where the browser has attested the origin, both are made here. */
function attestCsrf(form: Record<string, string>, cookies: Record<string, string>): void {
  const token = randomBytes(32).toString('hex');
  form.csrfToken = token;
  cookies[csrfCookieName()] =
    `${token}|${createHash('sha256').update(`${token}${env().NEXTAUTH_SECRET}`).digest('hex')}`;
}

/**
 * The cookies that next-auth needs: the session's, its chunks and the CSRF token's. The one by which it would remember where somebody
 * wanted to go stays out: the form says that, and a damaged one would be answered with 500.
 */
function readCookies(header: string | null): Record<string, string> {
  const cookies: Record<string, string> = {};
  const wanted = [sessionCookieName(), csrfCookieName()];
  for (const pair of header?.split(';') ?? []) {
    const cut = pair.indexOf('=');
    const name = pair.slice(0, cut).trim();
    if (!wanted.some((prefix) => name.startsWith(prefix)) || Object.hasOwn(cookies, name)) continue;
    cookies[name] = decoded(pair.slice(cut + 1).trim());
  }
  return cookies;
}

/** next-auth encodes what it puts into cookies; others may not. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** As much of a `NextApiResponse` as next-auth touches, and the `Response` that it has become. */
function makeResponse(): { response: NextApiResponse; answer: () => Response } {
  const headers = new Map<string, string | string[]>();
  let status = 200;
  let body: string | null = null;
  const send = (value: unknown): void => {
    const isText = typeof value === 'string';
    if (!isText && !headers.has('content-type')) headers.set('content-type', 'application/json');
    body = value === undefined ? null : isText ? value : JSON.stringify(value);
  };
  const response = {
    status: (code: number) => {
      status = code;
      return response;
    },
    getHeader: (name: string) => headers.get(name.toLowerCase()),
    setHeader: (name: string, value: string | string[]) => {
      headers.set(name.toLowerCase(), value);
      return response;
    },
    json: send,
    send,
    end: () => {},
  };
  const answer = (): Response => {
    const sent = new Headers();
    for (const [name, value] of headers) for (const one of [value].flat()) sent.append(name, one);
    sent.set('cache-control', 'no-store');
    return new Response(body, { status, headers: sent });
  };
  return { response: response as unknown as NextApiResponse, answer };
}
