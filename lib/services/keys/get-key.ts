import type { KeyResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { inTenant, type Tx } from '@/lib/platform/db';
import { KEY_FIELDS, toKeyResource } from './key-resource';

/**
 * A key of the actor's tenant, without its secret; revoked ones included.
 * @throws AppError `key/not-found`, also for another tenant's.
 */
export function getKey(actor: Actor, keyId: string): Promise<KeyResource> {
  return inTenant(actor, (tx) => readKey(tx, actor.tenantId, keyId));
}

/** The same, inside a transaction. */
export async function readKey(tx: Tx, tenantId: string, keyId: string): Promise<KeyResource> {
  if (!isId('key', keyId)) throw new AppError('key/not-found');
  const row = await tx.apiKey.findFirst({ where: { keyId, tenantId }, select: KEY_FIELDS });
  if (row === null) throw new AppError('key/not-found');
  return toKeyResource(row);
}
