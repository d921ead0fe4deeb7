/** What tests of deliveries start from: endpoints written by the database's owner, and events made through the services. */
import { Webhook } from 'standardwebhooks';
import type { ApprovalRequestResource, CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { newId, newWebhookSecret, seal, sha256Hex } from '@/lib/platform/crypto';
import { createRequest } from '@/lib/services/requests';
import type { Sql } from './people';
import type { Received } from './webhook-receiver';

export interface TestEndpoint {
  endpointId: string;
  secret: string;
}

/** A registered, enabled endpoint. `schedule` is in seconds; zeros repeat at once, which no caller can ask for. */
export async function addEndpoint(
  sql: Sql,
  tenantId: string,
  url: string,
  over: { schedule?: number[]; types?: string[]; secret?: string } = {},
): Promise<TestEndpoint> {
  const endpointId = newId('endpoint');
  const secret = over.secret ?? newWebhookSecret();
  await sql(
    `INSERT INTO webhook_endpoints (endpoint_id, tenant_id, kind, url, event_types, retry_schedule_seconds)
     VALUES ($1, $2, 'registered', $3, $4, $5)`,
    [endpointId, tenantId, url, over.types ?? [], over.schedule ?? [1, 5, 15]],
  );
  await sql(
    'INSERT INTO webhook_secrets (endpoint_id, tenant_id, version, sealed, fingerprint) VALUES ($1, $2, 1, $3, $4)',
    [endpointId, tenantId, Buffer.from(seal(secret, [tenantId, endpointId, '1'])), sha256Hex(secret)],
  );
  return { endpointId, secret };
}

/** Asks for something boring, which makes one event: `approval.created`. */
export async function ask(actor: Actor, over: Partial<CreateRequestBody> = {}): Promise<ApprovalRequestResource> {
  const body: CreateRequestBody = {
    policy_type: 'cost',
    skill_id: 'payments.transfer',
    tenant_id: actor.tenantId,
    payload: { amount_cents: 250_000 },
    links: [],
    ...over,
  };
  return (await createRequest(actor, body, NO_CALL)).request;
}

/** Asks that often, a few at a time: what is tested with many requests is not how callers wait for a connection. */
export async function askMany(actor: Actor, count: number): Promise<void> {
  let left = count;
  const asking = async () => {
    while (left-- > 0) await ask(actor);
  };
  await Promise.all(Array.from({ length: 8 }, asking));
}

/** Verifies a delivery as a receiver would who knows this secret and has never seen our code. Throws when it does not verify. */
export function verifyByForeignLibrary(secret: string, { body, header }: Received): void {
  const headers = {
    'webhook-id': header('webhook-id'),
    'webhook-timestamp': header('webhook-timestamp'),
    'webhook-signature': header('webhook-signature'),
  };
  const webhook = secret.startsWith('whsec_')
    ? new Webhook(secret)
    : new Webhook(new TextEncoder().encode(secret), { format: 'raw' });
  webhook.verify(body, headers);
}

export interface StoredDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  webhook_id: string;
  event_type: string;
  status: string;
  attempts: number;
  last_error: string | null;
  next_attempt_at: Date | null;
}

/** An endpoint's deliveries, the oldest first. */
export function deliveriesOf(sql: Sql, endpointId: string): Promise<StoredDelivery[]> {
  return sql<StoredDelivery>(
    'SELECT * FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY created_at, delivery_id',
    [endpointId],
  );
}
