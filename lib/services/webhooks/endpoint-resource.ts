import type { EndpointResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { databaseNow, type Prisma, type Tx } from '@/lib/platform/db';

/** What an endpoint's resource is made of: the row, its current secret's fingerprint, and the older one that still signs. */
export const ENDPOINT_FIELDS = {
  endpointId: true,
  tenantId: true,
  url: true,
  description: true,
  eventTypes: true,
  status: true,
  disabledReason: true,
  retryScheduleSeconds: true,
  secretVersion: true,
  createdAt: true,
  updatedAt: true,
  webhookSecrets: {
    select: { version: true, fingerprint: true, expiresAt: true },
    orderBy: { version: 'desc' as const },
    take: 2,
  },
} satisfies Prisma.WebhookEndpointSelect;

type EndpointRow = Prisma.WebhookEndpointGetPayload<{ select: typeof ENDPOINT_FIELDS }>;

/** An endpoint as the API shows it; `now` is the database's clock, by which an overlap has ended or not. */
export function toEndpointResource(row: EndpointRow, now: Date): EndpointResource {
  const [current, previous] = row.webhookSecrets;
  const overlapEnds = previous?.expiresAt ?? null;
  return {
    endpoint_id: row.endpointId,
    tenant_id: row.tenantId,
    url: row.url,
    description: row.description,
    event_types: row.eventTypes as EndpointResource['event_types'],
    status: row.status as EndpointResource['status'],
    disabled_reason: row.disabledReason,
    retry_schedule_seconds: row.retryScheduleSeconds,
    secret_version: row.secretVersion,
    secret_fingerprint: current?.fingerprint ?? '',
    previous_secret_expires_at: overlapEnds !== null && overlapEnds > now ? overlapEnds.toISOString() : null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/**
 * A registered endpoint of the actor's tenant, one that was removed included.
 * @throws AppError `endpoint/not-found`.
 */
export async function readEndpoint(tx: Tx, { tenantId }: Actor, endpointId: string): Promise<EndpointResource> {
  const row = isId('endpoint', endpointId)
    ? await tx.webhookEndpoint.findFirst({
        where: { endpointId, tenantId, kind: 'registered' },
        select: ENDPOINT_FIELDS,
      })
    : null;
  if (row === null) throw new AppError('endpoint/not-found');
  return toEndpointResource(row, await databaseNow(tx));
}

/** An endpoint as a change finds it. */
export interface LockedEndpoint {
  status: 'enabled' | 'disabled';
  disabledReason: string | null;
  secretVersion: number;
}

/**
 * Locks an endpoint, so that two admins who change it follow one another.
 * @throws AppError `endpoint/not-found`.
 */
export async function lockEndpoint(tx: Tx, { tenantId }: Actor, endpointId: string): Promise<LockedEndpoint> {
  if (!isId('endpoint', endpointId)) throw new AppError('endpoint/not-found');
  const [row] = await tx.$queryRaw<LockedEndpoint[]>`
    SELECT status, disabled_reason AS "disabledReason", secret_version AS "secretVersion" FROM webhook_endpoints
    WHERE endpoint_id = ${endpointId} AND tenant_id = ${tenantId} AND kind = 'registered' AND deleted_at IS NULL FOR UPDATE`;
  if (row === undefined) throw new AppError('endpoint/not-found');
  return row;
}
