import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { forgetCredentials } from '@/lib/platform/auth';
import { appendAudit, inTenant } from '@/lib/platform/db';
import { assertOwnSession } from './own-session';

/**
 * Ends every session of the person, in every tenant, this one too: within 5 s everywhere, and at once where something is decided. Keys go on.
 * @throws AppError `access/forbidden` for a key, `auth/invalid-session` when the session ended meanwhile.
 */
export async function signOutEverywhere(actor: Actor): Promise<void> {
  assertOwnSession(actor);
  const { userId, tenantId, sessionVersion } = actor;
  await inTenant(actor, async (tx) => {
    const ended = await tx.$executeRaw`
      UPDATE users SET session_version = session_version + 1, updated_at = now_ms()
      WHERE user_id = ${userId} AND session_version = ${sessionVersion}::int`;
    if (ended === 0) throw new AppError('auth/invalid-session');
    await appendAudit(tx, actor, tenantId, {
      action: 'session.ended_everywhere',
      targetKind: 'user',
      targetId: userId,
    });
  });
  forgetCredentials();
}
