import type { CreateEndpointBody, EndpointResource, EndpointWithSecret, UpdateEndpointBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId, newWebhookSecret } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, inTenant, rememberIdempotency, type Tx } from '@/lib/platform/db';
import { readEndpoint } from './read-endpoints';
import { assertTarget, chooseSecret, sealSecret } from './secret';

/**
 * Registers an endpoint. Its secret is in this answer only; what is stored is sealed.
 * @throws AppError `webhook/url-refused`, `input/invalid` for a secret that is not usable.
 */
export async function createEndpoint(actor: Actor, body: CreateEndpointBody, call: Call): Promise<EndpointWithSecret> {
  assertTarget(body.url, '/url');
  const secret = chooseSecret(body.secret ?? null, '/secret');
  const endpointId = newId('endpoint');
  const resource = await inTenant(actor, async (tx) => {
    await tx.webhookEndpoint.create({
      data: {
        endpointId,
        tenantId: actor.tenantId,
        kind: 'registered',
        url: body.url,
        description: body.description ?? null,
        eventTypes: [...new Set(body.event_types)],
        retryScheduleSeconds: body.retry_schedule_seconds,
      },
    });
    await addSecret(tx, actor.tenantId, endpointId, 1, secret);
    await audit(tx, actor, 'webhook.endpoint_created', endpointId, {
      url: body.url,
      event_types: body.event_types,
      retry_schedule_seconds: body.retry_schedule_seconds,
    });
    await rememberIdempotency(tx, actor, call, endpointId);
    return readEndpoint(tx, actor.tenantId, endpointId);
  });
  return { ...resource, secret };
}

/**
 * Changes an endpoint. Switching it on again forgets why it was switched off.
 * @throws AppError `endpoint/not-found`, `webhook/url-refused`.
 */
export async function updateEndpoint(
  actor: Actor,
  endpointId: string,
  body: UpdateEndpointBody,
): Promise<EndpointResource> {
  if (body.url !== undefined) assertTarget(body.url, '/url');
  return inTenant(actor, async (tx) => {
    await lockEndpoint(tx, actor, endpointId);
    await tx.webhookEndpoint.update({
      where: { endpointId },
      data: {
        ...(body.url === undefined ? {} : { url: body.url }),
        ...(body.description === undefined ? {} : { description: body.description }),
        ...(body.event_types === undefined ? {} : { eventTypes: [...new Set(body.event_types)] }),
        ...(body.retry_schedule_seconds === undefined ? {} : { retryScheduleSeconds: body.retry_schedule_seconds }),
        ...(body.status === undefined
          ? {}
          : { status: body.status, disabledReason: body.status === 'enabled' ? null : 'Switched off by an admin' }),
        updatedAt: await databaseNow(tx),
      },
    });
    await audit(tx, actor, 'webhook.endpoint_changed', endpointId, { ...body });
    return readEndpoint(tx, actor.tenantId, endpointId);
  });
}

/**
 * Removes an endpoint: nothing more is sent to it. Its deliveries stay on record, and what was still due is dead.
 * @throws AppError `endpoint/not-found`.
 */
export async function deleteEndpoint(actor: Actor, endpointId: string): Promise<void> {
  await inTenant(actor, async (tx) => {
    await lockEndpoint(tx, actor, endpointId);
    const at = await databaseNow(tx);
    await tx.webhookEndpoint.update({
      where: { endpointId },
      data: { status: 'disabled', disabledReason: 'Removed', deletedAt: at, updatedAt: at },
    });
    await tx.webhookDelivery.updateMany({
      where: { endpointId, tenantId: actor.tenantId, status: { in: ['pending', 'failed'] } },
      data: { status: 'dead', nextAttemptAt: null, updatedAt: at },
    });
    await audit(tx, actor, 'webhook.endpoint_removed', endpointId, {});
  });
}

/**
 * Makes a new secret. Until the overlap ends both sign, so that a receiver that knows either one keeps verifying.
 * @throws AppError `endpoint/not-found`.
 */
export async function rotateSecret(
  actor: Actor,
  endpointId: string,
  { overlap_seconds: overlapSeconds }: { overlap_seconds: number },
  call: Call,
): Promise<EndpointWithSecret> {
  const secret = newWebhookSecret();
  const resource = await inTenant(actor, async (tx) => {
    const current = await lockEndpoint(tx, actor, endpointId);
    const version = current.secretVersion + 1;
    const at = await databaseNow(tx);
    const overlapEnds = new Date(at.getTime() + overlapSeconds * 1000);
    await tx.webhookSecret.updateMany({
      where: { endpointId, OR: [{ expiresAt: null }, { expiresAt: { gt: overlapEnds } }] },
      data: { expiresAt: overlapEnds },
    });
    await addSecret(tx, actor.tenantId, endpointId, version, secret);
    await tx.webhookEndpoint.update({ where: { endpointId }, data: { secretVersion: version, updatedAt: at } });
    await audit(tx, actor, 'webhook.secret_rotated', endpointId, { version, overlap_seconds: overlapSeconds });
    await rememberIdempotency(tx, actor, call, endpointId);
    return readEndpoint(tx, actor.tenantId, endpointId);
  });
  return { ...resource, secret };
}

async function addSecret(tx: Tx, tenantId: string, endpointId: string, version: number, secret: string): Promise<void> {
  await tx.webhookSecret.create({
    data: { endpointId, tenantId, version, ...sealSecret(tenantId, endpointId, version, secret) },
  });
}

/** Two admins who change one endpoint follow one another. */
async function lockEndpoint(tx: Tx, actor: Actor, endpointId: string): Promise<{ secretVersion: number }> {
  const rows = await tx.$queryRaw<{ secretVersion: number }[]>`
    SELECT secret_version AS "secretVersion" FROM webhook_endpoints
    WHERE endpoint_id = ${endpointId} AND tenant_id = ${actor.tenantId} AND kind = 'registered' AND deleted_at IS NULL FOR UPDATE`;
  const [row] = rows;
  if (row === undefined) throw new AppError('endpoint/not-found');
  return row;
}

function audit(tx: Tx, actor: Actor, action: string, targetId: string, data: Record<string, unknown>): Promise<void> {
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'endpoint', targetId, data });
}
