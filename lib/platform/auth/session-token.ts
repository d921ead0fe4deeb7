import { decode, encode, type JWT } from 'next-auth/jwt';
import { z } from 'zod';
import { nowMs } from '../clock';
import { env } from '../env';

/** A session lives 12 hours from the sign-in, however often its token is written anew. */
export const SESSION_LIFE_SECONDS = 12 * 60 * 60;

/** What a session says of itself: one person in one tenant, and when they last proved who they are. */
export interface SessionClaims {
  userId: string;
  memberId: string;
  tenantId: string;
  sessionVersion: number;
  authTime: Date;
}

const Claims = z.object({
  sub: z.string(),
  mid: z.string(),
  tid: z.string(),
  ver: z.number().int(),
  /** Seconds of Unix time, as OpenID Connect has it. */
  auth_time: z.number(),
});

/** Whether the console is served over TLS, which decides the cookies' prefix and `Secure`. */
export function usesSecureCookies(): boolean {
  return env().NEXTAUTH_URL.startsWith('https://');
}

/** The one name of the session's cookie: next-auth writes it, `readSession` reads it. */
export function sessionCookieName(): string {
  return `${usesSecureCookies() ? '__Secure-' : ''}countersign.session-token`;
}

/** The claims as the token carries them. */
export function toTokenClaims(claims: SessionClaims): z.output<typeof Claims> {
  return {
    sub: claims.userId,
    mid: claims.memberId,
    tid: claims.tenantId,
    ver: claims.sessionVersion,
    auth_time: Math.floor(claims.authTime.getTime() / 1000),
  };
}

/** The token that next-auth would write for these claims, as a `Cookie` header has it. */
export async function writeSession(claims: SessionClaims): Promise<string> {
  const secret = env().NEXTAUTH_SECRET;
  const token = await encode({ token: toTokenClaims(claims), secret, maxAge: SESSION_LIFE_SECONDS });
  return `${sessionCookieName()}=${token}`;
}

/**
 * Reads the session from a `Cookie` header. `'none'` when there is no session cookie; null when there is one that is not ours, is
 * damaged, or has outlived its 12 hours. Whether the person still exists is for the database to say.
 */
export async function readSession(cookieHeader: string | null): Promise<SessionClaims | 'none' | null> {
  const token = readSessionCookie(cookieHeader);
  if (token === '') return 'none';
  const claims = Claims.safeParse(await decodeOrNull(token));
  if (!claims.success) return null;
  const { sub, mid, tid, ver, auth_time: authSeconds } = claims.data;
  if (nowMs() / 1000 - authSeconds > SESSION_LIFE_SECONDS) return null;
  return { userId: sub, memberId: mid, tenantId: tid, sessionVersion: ver, authTime: new Date(authSeconds * 1000) };
}

/** What does not decrypt is what somebody made up, or an older secret's: in both cases nobody's session. */
async function decodeOrNull(token: string): Promise<JWT | null> {
  try {
    return await decode({ token, secret: env().NEXTAUTH_SECRET });
  } catch {
    return null;
  }
}

/** The cookie's value; next-auth cuts a long one into chunks `.0`, `.1`, …, which are joined again. */
function readSessionCookie(header: string | null): string {
  const name = sessionCookieName();
  const chunks = new Map<number, string>();
  for (const pair of header?.split(';') ?? []) {
    const cut = pair.indexOf('=');
    const key = pair.slice(0, cut).trim();
    if (cut < 0 || !key.startsWith(name)) continue;
    const value = pair.slice(cut + 1).trim();
    if (key === name) return value;
    const index = /^\.(\d{1,2})$/.exec(key.slice(name.length))?.[1];
    if (index !== undefined && !chunks.has(Number(index))) chunks.set(Number(index), value);
  }
  return [...chunks.keys()]
    .sort((a, b) => a - b)
    .map((index) => chunks.get(index) ?? '')
    .join('');
}
