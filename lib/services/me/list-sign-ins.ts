import { z } from 'zod';
import type { Actor } from '@/lib/domain/access';
import { inTenant } from '@/lib/platform/db';
import { assertOwnSession } from './own-session';

/** A sign-in to this tenant, or an attempt that was refused. */
export interface SignIn {
  id: string;
  succeeded: boolean;
  at: Date;
  address: string | null;
  userAgent: string | null;
}

const MAX_SHOWN = 20;
const Circumstances = z.object({
  address: z.string().nullable().catch(null),
  user_agent: z.string().nullable().catch(null),
});

/**
 * The latest sign-ins of the session's own account to this tenant, and attempts that were refused, newest first; from the audit log.
 * @throws AppError `access/forbidden` for a key.
 */
export async function listSignIns(actor: Actor): Promise<SignIn[]> {
  assertOwnSession(actor);
  const { userId, tenantId } = actor;
  const rows = await inTenant(actor, (tx) =>
    tx.auditEntry.findMany({
      where: {
        tenantId,
        targetKind: 'user',
        targetId: userId,
        action: { in: ['session.started', 'session.refused'] },
      },
      orderBy: { seq: 'desc' },
      take: MAX_SHOWN,
      select: { auditId: true, action: true, timestamp: true, data: true },
    }),
  );
  return rows.map(({ auditId, action, timestamp, data }) => {
    const { address, user_agent: userAgent } = Circumstances.parse(data);
    return { id: auditId, succeeded: action === 'session.started', at: timestamp, address, userAgent };
  });
}
