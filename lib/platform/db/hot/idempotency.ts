import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { prismaAs } from '../client';
import { isLockTimeout, toTwinInFlight } from '../errors';
import { Prisma } from '../generated/client';
import type { Tx } from '../tenant';

/** An Idempotency-Key, with what it stands for once the effect is there. */
export interface IdempotencyWrite {
  credential: string;
  operation: string;
  key: string;
  bodyHmac: string;
  status: number;
}

/** What an Idempotency-Key stood for, by tenant, credential and operation; null when it is new. */
export async function findIdempotencyKey(
  tenantId: string,
  credential: string,
  operation: string,
  key: string,
): Promise<{ bodyHmac: string; status: number; resourceId: string } | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<{ bodyHmac: string; status: number; resourceId: string }[]>`
    SELECT body_hmac AS "bodyHmac", status, resource_id AS "resourceId" FROM idempotency_keys
    WHERE tenant_id = ${tenantId} AND credential = ${credential} AND operation = ${operation} AND key = ${key}`;
  return rows[0] ?? null;
}

/** The row that a statement with an effect writes beside it; null when the caller sent no key. */
export function toIdempotencyWrite(actor: Pick<Actor, 'keyId' | 'userId'>, call: Call): IdempotencyWrite | null {
  if (call.idempotency === null) return null;
  const { operation, key, bodyHmac, status } = call.idempotency;
  return { credential: actor.keyId ?? actor.userId ?? '', operation, key, bodyHmac, status };
}

/**
 * Remembers an Idempotency-Key in the transaction that has the effect. A twin waits on the index and then fails with 23505, which
 * rolls its effect back and makes it read what this one did.
 * @throws AppError `idempotency/in-flight` when the twin takes longer than a lock is waited for.
 */
export async function rememberIdempotency(
  tx: Tx,
  actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
  call: Call,
  resourceId: string,
): Promise<void> {
  const write = toIdempotencyWrite(actor, call);
  if (write === null) return;
  try {
    await tx.$executeRaw`
      INSERT INTO idempotency_keys (tenant_id, credential, operation, key, body_hmac, status, resource_id)
      VALUES (${actor.tenantId}, ${write.credential}, ${write.operation}, ${write.key}, ${write.bodyHmac}, ${write.status}::smallint,
        ${resourceId})`;
  } catch (error) {
    // There is nothing else that this statement could wait for.
    throw isLockTimeout(error) ? toTwinInFlight(error) : error;
  }
}

/**
 * The Idempotency-Key as a part of the statement whose effect it stands for; nothing where there is none, as the worker, which has none, may
 * not write that table. `source` selects the tenant and the id of what was made or changed.
 */
export function idempotencyPart(idempotency: IdempotencyWrite | null, source: Prisma.Sql): Prisma.Sql {
  if (idempotency === null) return Prisma.empty;
  return Prisma.sql`, idempotency AS (
      INSERT INTO idempotency_keys (tenant_id, credential, operation, key, body_hmac, status, resource_id)
      SELECT s.tenant_id, ${idempotency.credential}, ${idempotency.operation}, ${idempotency.key}, ${idempotency.bodyHmac},
        ${idempotency.status}::smallint, s.resource_id
      FROM (${source}) AS s (tenant_id, resource_id)
    )`;
}
