import type { EndpointResource } from '@/lib/contracts';
import type { Prisma, Tx } from '@/lib/platform/db';

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

/** A registered endpoint of the tenant that was not removed; null when there is none. */
export function findEndpointRow(tx: Tx, tenantId: string, endpointId: string): Promise<EndpointRow | null> {
  return tx.webhookEndpoint.findFirst({
    where: { endpointId, tenantId, kind: 'registered', deletedAt: null },
    select: ENDPOINT_FIELDS,
  });
}
