import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { env } from '@/lib/platform/env';
import { notePeer } from './client-address';

/** The header by which pages learn their own address, to come back to it after signing in. */
export const PAGE_PATH_HEADER = 'x-countersign-path';

/**
 * What every page request passes before Next sees it: the console lives under one origin (a page opened under another host is
 * redirected there, so that the same-origin rule of cookie writes holds), the socket's address is noted, and the answer gets its
 * security headers with a fresh nonce, which Next takes over from the request's own policy header.
 * @returns false when the answer has been given already.
 */
export function admitPage(request: IncomingMessage, response: ServerResponse): boolean {
  notePeer(request.headers, request.socket.remoteAddress);
  request.headers[PAGE_PATH_HEADER] = request.url ?? '/';
  if (redirectToOrigin(request, response)) return false;
  const nonce = randomBytes(16).toString('base64');
  const policy = contentSecurityPolicy(nonce);
  request.headers['content-security-policy'] = policy;
  request.headers['x-nonce'] = nonce;
  for (const [name, value] of Object.entries(securityHeaders(policy))) response.setHeader(name, value);
  return true;
}

function redirectToOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const home = new URL(env().NEXTAUTH_URL);
  const trusted = env()
    .TRUSTED_ORIGINS.split(',')
    .map((origin) => origin.trim());
  const { host } = request.headers;
  if (host === undefined || host === home.host) return false;
  if (trusted.some((origin) => URL.canParse(origin) && new URL(origin).host === host)) return false;
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = request.url?.startsWith('/') && !request.url.startsWith('//') ? request.url : '/';
  response.writeHead(307, { location: `${home.origin}${path}`, 'cache-control': 'no-store' }).end();
  return true;
}

/** Scripts only with the nonce; styles may be inline, because the charts and the primitives set them. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function securityHeaders(policy: string): Record<string, string> {
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    'cross-origin-opener-policy': 'same-origin',
    ...(env().NEXTAUTH_URL.startsWith('https:') ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  };
}
