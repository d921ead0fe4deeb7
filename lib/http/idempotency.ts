import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { findIdempotencyKey } from '@/lib/platform/db';

/**
 * What an Idempotency-Key stood for: null when it is new.
 * @throws AppError `idempotency/mismatch` when it was used with another body.
 */
export async function findReplay(
  actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
  given: NonNullable<Call['idempotency']>,
): Promise<{ status: number; resourceId: string } | null> {
  const stored = await findIdempotencyKey(
    actor.tenantId,
    actor.keyId ?? actor.userId ?? '',
    given.operation,
    given.key,
  );
  if (stored === null) return null;
  if (stored.bodyHmac !== given.bodyHmac) throw new AppError('idempotency/mismatch');
  return { status: stored.status, resourceId: stored.resourceId };
}
