import { AppError } from '@/lib/domain/errors';
import { env } from '@/lib/platform/env';
import { hasBody } from './has-body';

/**
 * Whether the browser attests that the console itself sent this write: `Sec-Fetch-Site: same-origin`, or, from browsers that do not say
 * that, an `Origin` that is NEXTAUTH_URL's or one of TRUSTED_ORIGINS. It is never compared with `Host`, which the attacker of a rebound
 * name controls.
 */
export function isSameOriginWrite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  return site === null ? isTrustedOrigin(request.headers.get('origin')) : site === 'same-origin';
}

/**
 * Lets a write with a session cookie through only when the console itself sent it. A body must be JSON or YAML: a form of another site
 * cannot send those without asking first (CORS preflight).
 * @throws AppError `auth/cross-site`.
 */
export function assertSameOriginWrite(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (!isSameOriginWrite(request)) throw new AppError('auth/cross-site');
  if (!hasBody(request)) return;
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && type !== 'application/yaml')
    throw new AppError('auth/cross-site', { detail: 'Send application/json.' });
}

/**
 * Lets a call through that no browser sent for a page, or one for a page of ours: what is called with a key from anywhere has no `Origin`.
 * The Model Context Protocol asks for it, against pages under a rebound name.
 * @throws AppError `mcp/foreign-origin`.
 */
export function assertTrustedOrigin(request: Request): void {
  const origin = request.headers.get('origin');
  if (origin !== null && !isTrustedOrigin(origin)) throw new AppError('mcp/foreign-origin');
}

function isTrustedOrigin(origin: string | null): boolean {
  if (origin === null || origin === 'null') return false;
  const { NEXTAUTH_URL, TRUSTED_ORIGINS } = env();
  const trusted = [NEXTAUTH_URL, ...TRUSTED_ORIGINS.split(/[\s,]+/).filter((entry) => entry !== '')];
  return trusted.some((entry) => URL.canParse(entry) && new URL(entry).origin === origin);
}
