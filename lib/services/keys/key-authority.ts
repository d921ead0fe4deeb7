import { type Actor, can, grantableScopes, mustSignInAgain, permissionsOf, type Scope } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';

/**
 * Nobody grants more than they have; `ownScopes` are those of the key that asks, null for sessions.
 * @throws AppError `access/exceeds-own`, naming the scopes.
 */
export function assertMayGrantScopes(actor: Actor, ownScopes: readonly Scope[] | null, asked: readonly Scope[]): void {
  const grantable = new Set(grantableScopes(actor, ownScopes));
  const beyond = asked.filter((scope) => !grantable.has(scope));
  if (beyond.length === 0) return;
  throw new AppError('access/exceeds-own', { detail: `You cannot give what you do not have: ${beyond.join(', ')}.` });
}

/**
 * A key that may change policy activates rules with nothing but a reason, so a person's session makes one only when it could activate them
 * itself: at `at` its sign-in is not older than five minutes. A key that makes a key hands on what it was given.
 * @throws AppError `auth/step-up-required`.
 */
export function assertMayHandOut(actor: Actor, scopes: readonly Scope[], at: Date): void {
  if (!permissionsOf({ role: null, scopes }).has('policy:manage') || !mustSignInAgain(actor, at)) return;
  throw new AppError('auth/step-up-required', {
    detail: 'A key that may change policy is made with a sign-in not older than five minutes.',
  });
}

/**
 * A key that acts as a person is made by that person's own session, an owner's session or the bootstrap key: whoever makes it could
 * act, and decide, in that person's name.
 * @throws AppError `access/forbidden`, whether or not there is such a member.
 */
export function assertMayBind(actor: Actor, memberId: string): void {
  const own = actor.via === 'session' && actor.memberId === memberId;
  const byOwner = actor.via === 'session' && actor.role === 'owner';
  if (own || byOwner || actor.allTenants) return;
  throw new AppError('access/forbidden', {
    detail: 'A key that acts as a person is made in that person’s own session or an owner’s.',
  });
}

/**
 * The key that has every tenant is no single admin's to end.
 * @throws AppError `access/forbidden`.
 */
export function assertMayRevoke(actor: Actor, key: { allTenants: boolean }): void {
  if (!key.allTenants || can(actor, 'owners:manage')) return;
  throw new AppError('access/forbidden', { detail: 'Only an owner revokes the key that has every tenant.' });
}
