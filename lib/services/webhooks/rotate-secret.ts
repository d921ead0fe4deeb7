import type { EndpointWithSecret } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { newWebhookSecret } from '@/lib/platform/crypto';
import { appendAudit, inTenant, lockPeople, rememberIdempotency } from '@/lib/platform/db';
import { lockEndpoint, readEndpoint } from './endpoint-resource';
import { sealSecret } from './secret';

/**
 * Makes a new secret, which is in this answer only. The one before it signs beside it until the overlap (in seconds) ends, so that a
 * receiver that knows either verifies everything; older ones end now.
 * @throws AppError `endpoint/not-found`, `access/forbidden` when the credential has ended.
 */
export async function rotateSecret(
  actor: Actor,
  endpointId: string,
  { overlap_seconds: overlap }: { overlap_seconds: number },
  call: Call,
): Promise<EndpointWithSecret> {
  const secret = newWebhookSecret();
  const { tenantId } = actor;
  const resource = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const { secretVersion } = await lockEndpoint(tx, actor, endpointId);
    const version = secretVersion + 1;
    const sealed = sealSecret(tenantId, endpointId, version, secret);
    await tx.$executeRaw`
      UPDATE webhook_secrets SET expires_at = least(coalesce(expires_at, 'infinity'),
        now_ms() + CASE WHEN version = ${secretVersion} THEN make_interval(secs => ${overlap}::int) ELSE '0'::interval END)
      WHERE endpoint_id = ${endpointId} AND tenant_id = ${tenantId}`;
    await tx.webhookSecret.create({ data: { endpointId, tenantId, version, ...sealed } });
    await tx.$executeRaw`
      UPDATE webhook_endpoints SET secret_version = ${version}, updated_at = now_ms()
      WHERE endpoint_id = ${endpointId} AND tenant_id = ${tenantId}`;
    await appendAudit(tx, actor, tenantId, {
      action: 'webhook_endpoint.secret_rotated',
      targetKind: 'webhook_endpoint',
      targetId: endpointId,
      data: { version, overlap_seconds: overlap, secret_fingerprint: sealed.fingerprint },
    });
    await rememberIdempotency(tx, actor, call, endpointId);
    return readEndpoint(tx, actor, endpointId);
  });
  return { ...resource, secret };
}
