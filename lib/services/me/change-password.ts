import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { beginLogin, forgetCredentials, hashPassword, verifyPassword } from '@/lib/platform/auth';
import { appendAudit, findAccount, inTenant } from '@/lib/platform/db';
import { assertOwnSession } from './own-session';

/**
 * Changes the password of the session's own account and ends every session of it, the one that asks included: a session says which
 * `session_version` it belongs to, and that moves on. The console signs in again with the new password at once, so the person stays.
 * Guessing the current password is throttled here too, by a count of its own: what strangers fail at the door keeps nobody from changing
 * a password that they know.
 * @throws AppError `access/forbidden` for a key, `auth/wrong-password`, `auth/throttled`, `auth/invalid-session` when it ended meanwhile.
 */
export async function changePassword(
  actor: Actor,
  input: { current_password: string; new_password: string },
): Promise<void> {
  assertOwnSession(actor);
  const { userId, email, tenantId, sessionVersion } = actor;
  const attempt = await beginLogin(`password of ${userId}`, null);
  const account = await findAccount(email);
  const stored = account?.userId === userId ? account.passwordHash : null;
  if (!(await verifyPassword(stored, input.current_password))) throw new AppError('auth/wrong-password');
  await attempt.succeeded();
  const passwordHash = await hashPassword(input.new_password);
  await inTenant(actor, async (tx) => {
    const changed = await tx.$executeRaw`
      UPDATE users SET password_hash = ${passwordHash}, session_version = session_version + 1, updated_at = now_ms()
      WHERE user_id = ${userId} AND session_version = ${sessionVersion}::int AND password_hash = ${stored} AND disabled_at IS NULL`;
    if (changed === 0) throw new AppError('auth/invalid-session');
    await appendAudit(tx, actor, tenantId, { action: 'user.password_changed', targetKind: 'user', targetId: userId });
  });
  forgetCredentials();
}
