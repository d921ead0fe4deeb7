import type { CreateEndpointBody, EndpointWithSecret } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId } from '@/lib/platform/crypto';
import { appendAudit, inTenant, lockPeople, rememberIdempotency } from '@/lib/platform/db';
import { readEndpoint } from './endpoint-resource';
import { assertTarget, chooseSecret, sealSecret } from './secret';

/**
 * Registers an endpoint. Its secret is in this answer only: it is stored sealed, because it must sign.
 * @throws AppError `webhook/url-refused` for an address that deliveries are never sent to, `input/invalid`, `tenant/not-found`,
 * `access/forbidden` when the credential has ended.
 */
export async function createEndpoint(actor: Actor, input: CreateEndpointBody, call: Call): Promise<EndpointWithSecret> {
  if (input.tenant_id !== actor.tenantId) throw new AppError('tenant/not-found');
  assertTarget(input.url, '/url');
  const secret = chooseSecret(input.secret ?? null, '/secret');
  const { tenantId } = actor;
  const endpointId = newId('endpoint');
  const sealed = sealSecret(tenantId, endpointId, 1, secret);
  const eventTypes = [...new Set(input.event_types)];
  const resource = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    await tx.webhookEndpoint.create({
      data: {
        endpointId,
        tenantId,
        kind: 'registered',
        url: input.url,
        description: input.description ?? null,
        eventTypes,
        retryScheduleSeconds: input.retry_schedule_seconds,
      },
    });
    await tx.webhookSecret.create({ data: { endpointId, tenantId, version: 1, ...sealed } });
    await appendAudit(tx, actor, tenantId, {
      action: 'webhook_endpoint.created',
      targetKind: 'webhook_endpoint',
      targetId: endpointId,
      data: { origin: new URL(input.url).origin, event_types: eventTypes, secret_fingerprint: sealed.fingerprint },
    });
    await rememberIdempotency(tx, actor, call, endpointId);
    return readEndpoint(tx, actor, endpointId);
  });
  return { ...resource, secret };
}
