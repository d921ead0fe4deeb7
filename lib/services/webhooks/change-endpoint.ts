import type { EndpointResource, UpdateEndpointBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { appendAudit, databaseNow, inTenant, lockPeople, type Prisma, type Tx } from '@/lib/platform/db';
import { lockEndpoint, readEndpoint } from './endpoint-resource';
import { assertTarget } from './secret';

const BY_HAND = 'Disabled by hand';

/**
 * Changes what is given and leaves the rest. Enabling forgets why it was disabled; deliveries that were due meanwhile are dead and can be
 * sent again by hand.
 * @throws AppError `endpoint/not-found`, `webhook/url-refused`, `access/forbidden` when the credential has ended.
 */
export async function updateEndpoint(
  actor: Actor,
  endpointId: string,
  input: UpdateEndpointBody,
): Promise<EndpointResource> {
  if (input.url !== undefined) assertTarget(input.url, '/url');
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await lockEndpoint(tx, actor, endpointId);
    const data: Prisma.WebhookEndpointUpdateInput = {
      ...(input.url === undefined ? {} : { url: input.url }),
      ...(input.description === undefined ? {} : { description: input.description }),
      ...(input.event_types === undefined ? {} : { eventTypes: [...new Set(input.event_types)] }),
      ...(input.retry_schedule_seconds === undefined ? {} : { retryScheduleSeconds: input.retry_schedule_seconds }),
      ...(input.status === undefined
        ? {}
        : {
            status: input.status,
            disabledReason: input.status === 'enabled' ? null : (before.disabledReason ?? BY_HAND),
          }),
    };
    await tx.webhookEndpoint.update({
      where: { endpointId_tenantId: { endpointId, tenantId: actor.tenantId } },
      data: { ...data, updatedAt: await databaseNow(tx) },
    });
    await note(tx, actor, endpointId, 'webhook_endpoint.changed', {
      ...input,
      // A URL may carry a token; where it leads is enough to know.
      ...(input.url === undefined ? {} : { url: new URL(input.url).origin }),
    });
    return readEndpoint(tx, actor, endpointId);
  });
}

/**
 * Removes an endpoint and its secrets. Its deliveries stay on record; those still due end.
 * @throws AppError `endpoint/not-found`, `access/forbidden` when the credential has ended.
 */
export async function deleteEndpoint(actor: Actor, endpointId: string): Promise<void> {
  await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    await lockEndpoint(tx, actor, endpointId);
    const now = await databaseNow(tx);
    await tx.webhookEndpoint.update({
      where: { endpointId_tenantId: { endpointId, tenantId: actor.tenantId } },
      data: { deletedAt: now, updatedAt: now, status: 'disabled', disabledReason: 'Removed' },
    });
    await tx.webhookSecret.deleteMany({ where: { endpointId, tenantId: actor.tenantId } });
    await note(tx, actor, endpointId, 'webhook_endpoint.removed', {});
  });
}

function note(tx: Tx, actor: Actor, endpointId: string, action: string, data: Record<string, unknown>): Promise<void> {
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'webhook_endpoint', targetId: endpointId, data });
}
