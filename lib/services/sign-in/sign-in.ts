import { AppError } from '@/lib/domain/errors';
import { beginLogin, inTurn, noSoonerThan, type SessionClaims, verifyPassword } from '@/lib/platform/auth';
import { monotonicMs } from '@/lib/platform/clock';
import { type Account, appendAudit, findAccount, inTenant } from '@/lib/platform/db';

/** What somebody who signs in says, and where they say it from. */
export interface SignInInput {
  email: string;
  password: string;
  /** Which of their tenants; needed only by people who have several. */
  tenantId: string | null;
  /** The address of the connection; null when it is not known. */
  address: string | null;
  userAgent: string | null;
}

/** Sign-ins of one process at once. The rest waits in a short queue, so that a storm cannot take every connection of the database. */
const SIGNING_IN = { atOnce: 4, waiting: 64 } as const;
/** A refusal never comes sooner: taking it down for a known person takes time that an unknown one would not. */
const REFUSAL_MS = 300;
/** Somebody is told in so many of their tenants that signing in as them failed. */
const MAX_TOLD = 20;

/**
 * Signs a person in to one of their tenants, by e-mail and password: the claims of a new session, whose `authTime` is now. Refusals are
 * alike, and take alike, whether or not there is such an account. Success, and failure of a known member, are kept in the audit log.
 * @throws AppError `auth/throttled`, `auth/wrong-credentials`, `auth/no-tenant`, `auth/choose-tenant` with the person's tenants,
 * `tenant/not-found` for one that is not theirs.
 */
export async function signIn(input: SignInInput): Promise<SessionClaims> {
  const startedMs = monotonicMs();
  try {
    return await inTurn('signing-in', SIGNING_IN, () => prove(input));
  } catch (error) {
    await noSoonerThan(startedMs, REFUSAL_MS);
    throw error;
  }
}

async function prove(input: SignInInput): Promise<SessionClaims> {
  const attempt = await beginLogin(input.email, input.address);
  const account = await findAccount(input.email.trim());
  const isRight = await verifyPassword(account?.passwordHash ?? null, input.password);
  if (account === null) throw new AppError('auth/wrong-credentials');
  if (!isRight || account.disabled) {
    await recordRefusal(account, input);
    throw new AppError('auth/wrong-credentials');
  }
  await attempt.succeeded();
  const { memberId, tenantId } = chooseMembership(account, input.tenantId);
  const claims = {
    userId: account.userId,
    memberId,
    tenantId,
    sessionVersion: account.sessionVersion,
    authTime: attempt.at,
  };
  await inTenant(claims, (tx) =>
    appendAudit(tx, toAuditActor(account, tenantId), tenantId, {
      action: 'session.started',
      targetKind: 'user',
      targetId: account.userId,
      data: circumstances(input),
    }),
  );
  return claims;
}

function chooseMembership(account: Account, tenantId: string | null): Account['memberships'][number] {
  const { memberships } = account;
  const [only, ...others] = memberships;
  if (only === undefined) throw new AppError('auth/no-tenant');
  if (tenantId !== null) {
    const named = memberships.find((membership) => membership.tenantId === tenantId);
    if (named === undefined) throw new AppError('tenant/not-found');
    return named;
  }
  if (others.length === 0) return only;
  const tenants = memberships.map(({ tenantId: id, tenantName }) => ({ tenant_id: id, name: tenantName }));
  throw new AppError('auth/choose-tenant', { extra: { tenants } });
}

/** Whoever watches the person's tenants sees that somebody tried. */
async function recordRefusal(account: Account, input: SignInInput): Promise<void> {
  for (const { tenantId } of account.memberships.slice(0, MAX_TOLD)) {
    await inTenant({ tenantId }, (tx) =>
      appendAudit(tx, 'system', tenantId, {
        action: 'session.refused',
        targetKind: 'user',
        targetId: account.userId,
        data: { email: account.email, ...circumstances(input) },
      }),
    );
  }
}

function toAuditActor(account: Account, tenantId: string) {
  return { tenantId, userId: account.userId, keyId: null, name: account.name, via: 'session' as const };
}

function circumstances({ address, userAgent }: SignInInput): { address: string | null; user_agent: string | null } {
  return { address, user_agent: userAgent };
}
