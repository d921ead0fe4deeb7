import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AllowCliLoginBody, CliCode, CliKey, FinishCliLoginBody } from '@/lib/contracts';
import { type Actor, grantableScopes, SCOPES, type Scope } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { equalInConstantTime, newApiKey, newId, seal, unseal } from '@/lib/platform/crypto';
import { databaseNow, inTenant } from '@/lib/platform/db';
import { assertMayHandOut, createKey } from '@/lib/services/keys';
import { assertOwnSession } from './own-session';

/** The way from the browser back to the terminal, and a slow click. */
const CODE_MS = 2 * 60_000;
/** The key lies in a file, and decides: a week, and then the browser again. */
const KEY_MS = 7 * 86_400_000;

/** What the command line has an operation for, as far as the person may do it; never what makes people, keys or tenants. */
const CLI_SCOPES = [
  'policy:evaluate',
  'policy:manage',
  'requests:create',
  'requests:read',
  'requests:decide',
  'runs:read',
  'runs:write',
  'audit:read',
  'exports:read',
] as const satisfies readonly Scope[];

const Grant = z.object({
  userId: z.string(),
  memberId: z.string(),
  tenantId: z.string(),
  sessionVersion: z.int(),
  authTime: z.coerce.date(),
  /** What the person saw that the key may do: it gets no more, whatever they may do by then. */
  scopes: z.array(z.enum(SCOPES)),
  /** The id of the key that the code is good for: it exists once, so the code is good once. */
  keyId: z.string(),
  challenge: z.string(),
  name: z.string(),
  expiresAt: z.coerce.date(),
});
/** What a person has allowed, read from a code that was theirs. */
export type CliGrant = z.output<typeof Grant>;

const CONTEXT = ['cli-login'];

/** The scopes that a command line of this person gets. */
export function cliScopes(actor: Actor): Scope[] {
  const grantable = new Set(grantableScopes(actor, null));
  return CLI_SCOPES.filter((scope) => grantable.has(scope));
}

/**
 * A code by which a command line becomes this person: sealed, so that nothing is stored until it is exchanged, and of no use without the
 * verifier that the command line has kept (RFC 7636, RFC 8252 §8.1).
 * @throws AppError `access/forbidden` for a key: a code is a person's; `auth/step-up-required` where the key could change policy and the sign-in
 * is older than five minutes.
 */
export async function allowCliLogin(actor: Actor, input: AllowCliLoginBody): Promise<CliCode> {
  assertOwnSession(actor);
  const { userId, memberId, tenantId, sessionVersion, authTime } = actor;
  if (memberId === null || authTime === null) throw new AppError('access/forbidden');
  const now = await inTenant(actor, databaseNow);
  const scopes = cliScopes(actor);
  assertMayHandOut(actor, scopes, now);
  const expiresAt = new Date(now.getTime() + CODE_MS);
  const keyId = newId('key');
  const session = { userId, memberId, tenantId, sessionVersion, authTime };
  const grant: CliGrant = { ...session, scopes, keyId, challenge: input.code_challenge, name: input.name, expiresAt };
  const code = Buffer.from(seal(JSON.stringify(grant), CONTEXT)).toString('base64url');
  return { code, expires_at: expiresAt.toISOString() };
}

/**
 * What a code says, for whoever has its verifier. Whether the person may still do it is seen from their session, which is in it.
 * @throws AppError `auth/invalid-code`.
 */
export function readCliCode({ code, code_verifier }: FinishCliLoginBody): CliGrant {
  const grant = openCode(code);
  const challenge = createHash('sha256').update(code_verifier, 'ascii').digest('base64url');
  if (grant === null || !equalInConstantTime(challenge, grant.challenge)) throw new AppError('auth/invalid-code');
  return grant;
}

function openCode(code: string): CliGrant | null {
  let text: string;
  try {
    text = unseal(Buffer.from(code, 'base64url'), CONTEXT);
  } catch {
    // Sealed by nobody, by another server, or for something else: what exactly is nobody's business.
    return null;
  }
  // Another build may have sealed it, and sealed something else: then it is not good here.
  return Grant.safeParse(JSON.parse(text)).data ?? null;
}

/**
 * Makes the key that a code promised: it acts as that person, for a week, with what the command line is for. The actor is the session that
 * allowed it, as it is now.
 * @throws AppError `auth/invalid-code` when it is used or expired, `auth/invalid-session`.
 */
export async function finishCliLogin(actor: Actor, grant: CliGrant): Promise<CliKey> {
  const now = await inTenant(actor, databaseNow);
  if (now >= grant.expiresAt) throw new AppError('auth/invalid-code');
  const expiresAt = new Date(now.getTime() + KEY_MS).toISOString();
  const { tenantId, keyId, memberId, name } = grant;
  const text = newApiKey(keyId);
  const allowedAt = new Date(grant.expiresAt.getTime() - CODE_MS);
  const mayStill = new Set(cliScopes(actor));
  const scopes = grant.scopes.filter((scope) => mayStill.has(scope));
  const wish = { tenant_id: tenantId, name, scopes, member_id: memberId, expires_at: expiresAt };
  await createKey(actor, wish, NO_CALL, { text, allowedAt });
  return { key_id: keyId, key: text.key, tenant_id: tenantId, member_id: memberId, scopes, expires_at: expiresAt };
}
