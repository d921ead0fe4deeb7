import { z } from 'zod';
import { AppError, isAppError } from '@/lib/domain/errors';
import { isServedByNextAuth, serveNextAuth, toReturnPath } from '@/lib/platform/auth';
import { signIn } from '@/lib/services/sign-in';
import { clientAddress } from './client-address';
import { readForm } from './form';
import { parseInput } from './input';
import { toProblem } from './problem';
import { isSameOriginWrite } from './same-origin';
import { readTrace } from './trace';

const PREFIX = '/api/auth/';
const MAX_USER_AGENT = 200;

const SignInForm = z.object({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(256),
  tenant_id: z.string().max(63).optional(),
});

/**
 * What `/api/auth/*` answers: signing in and out, by next-auth. A refusal is a problem document like everywhere else (401
 * `auth/wrong-credentials`, 409 `auth/choose-tenant`, 429 `auth/throttled`); a browser that submits the form without scripts is sent
 * back to the sign-in page with the code.
 */
export async function serveAuth(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const { requestId } = readTrace(request.headers);
  let form: Record<string, string> = {};
  try {
    const segments = url.pathname.slice(PREFIX.length).split('/');
    const { method } = request;
    if ((method !== 'GET' && method !== 'POST') || !isServedByNextAuth(method, segments)) {
      throw new AppError('http/not-found');
    }
    if (method === 'POST') form = await readForm(request);
    return await serveNextAuth({
      method,
      segments,
      query: Object.fromEntries(url.searchParams),
      form,
      headers: request.headers,
      isSameOrigin: isSameOriginWrite(request),
      signIn: (given) => signInWith(given, request.headers),
    });
  } catch (error) {
    if (isAppError(error) && request.method === 'POST' && isNavigation(request)) return backToLogin(error, form);
    return toProblem(error, { requestId, instance: url.pathname });
  }
}

function signInWith(form: Readonly<Record<string, string>>, headers: Headers) {
  const { email, password, tenant_id: tenantId } = parseInput(SignInForm, form, 'body');
  return signIn({
    email,
    password,
    tenantId: tenantId === undefined || tenantId === '' ? null : tenantId,
    address: clientAddress(headers),
    userAgent: headers.get('user-agent')?.slice(0, MAX_USER_AGENT) ?? null,
  });
}

/** A form that the browser itself submitted wants a page, not a document. */
function isNavigation(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/html') ?? false;
}

function backToLogin(error: AppError, form: Readonly<Record<string, string>>): Response {
  const query = new URLSearchParams({ error: error.code, callbackUrl: toReturnPath(form.callbackUrl) });
  if (error.retryAfterSeconds !== undefined) query.set('retry_after', String(error.retryAfterSeconds));
  return new Response(null, { status: 303, headers: { location: `/login?${query}`, 'cache-control': 'no-store' } });
}
