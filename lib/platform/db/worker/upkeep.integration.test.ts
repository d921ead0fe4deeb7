import { beforeAll, expect, test } from 'vitest';
import { metrics, renderWith, snapshotMetrics } from '@/lib/platform/metrics';
import { addTenant, testDatabase } from '@/lib/testing/people';
import { addEndpoint } from '@/lib/testing/webhooks';
import { beat, findBacklog, listWorkerMetrics, removeHeartbeat, removeOld } from '.';

const sql = testDatabase();

beforeAll(async () => {
  await addTenant(sql, 'acme');
});

test('retention removes what is past its time, more than a batch of it, and nothing younger', async () => {
  await sql(
    `INSERT INTO idempotency_keys (tenant_id, credential, operation, key, body_hmac, status, resource_id, created_at)
     SELECT 'acme', 'key_1', 'createRequest', n::text, '', 201, 'req_1', now_ms() - CASE WHEN n <= 5001 THEN interval '24 hours 1 second' ELSE interval '23 hours 59 minutes' END
     FROM generate_series(1, 5003) n`,
  );
  await sql(
    `INSERT INTO login_attempts (account_hash, address, succeeded, at) VALUES
     ('a', '::1', false, now_ms() - interval '25 hours'), ('a', '::1', true, now_ms() - interval '23 hours')`,
  );
  const { endpointId } = await addEndpoint(sql, 'acme', 'https://hooks.example/');
  await sql(
    `INSERT INTO webhook_secrets (endpoint_id, tenant_id, version, sealed, fingerprint, expires_at) VALUES
     ($1, 'acme', 2, '', '', now_ms() - interval '1 second'), ($1, 'acme', 3, '', '', now_ms() + interval '1 hour')`,
    [endpointId],
  );
  await sql(
    `INSERT INTO worker_heartbeats (worker_id, beat_at) VALUES ('wrk_old', now_ms() - interval '25 hours'), ('wrk_new', now_ms())`,
  );
  expect(await removeOld()).toEqual({
    idempotency_keys: 5001,
    login_attempts: 1,
    webhook_secrets: 1,
    worker_heartbeats: 1,
  });
  expect(await removeOld()).toEqual({
    idempotency_keys: 0,
    login_attempts: 0,
    webhook_secrets: 0,
    worker_heartbeats: 0,
  });
  const left = await sql<{ version: number }>('SELECT version FROM webhook_secrets WHERE endpoint_id = $1 ORDER BY 1', [
    endpointId,
  ]);
  expect(left.map(({ version }) => version)).toEqual([1, 3]);
  await removeHeartbeat('wrk_new');
});

test('what living workers have counted is added to a web process’s own, and gauges are not', async () => {
  const { deliveries, open } = metrics();
  const countedBefore =
    (await deliveries.get()).values.find(({ labels }) => labels.outcome === 'delivered')?.value ?? 0;
  deliveries.inc({ outcome: 'delivered' }, 3);
  open.set(7);
  await beat('wrk_1', await snapshotMetrics());
  await beat('wrk_2', await snapshotMetrics());
  await sql(
    "INSERT INTO worker_heartbeats (worker_id, beat_at, metrics) SELECT 'wrk_3', now_ms() - interval '1 minute', metrics FROM worker_heartbeats WHERE worker_id = 'wrk_1'",
  );
  const text = await renderWith(await listWorkerMetrics());
  expect(text).toContain(`countersign_webhook_attempts_total{outcome="delivered"} ${3 * (countedBefore + 3)}\n`);
  expect(text).toContain('countersign_open_requests 7\n');
  expect(text.match(/^# TYPE countersign_webhook_attempts_total /gm)).toHaveLength(1);
  expect(text).toContain('countersign_process_cpu_seconds_total');
  expect((await findBacklog()).workers).toBe(2);
  await removeHeartbeat('wrk_1');
  expect((await findBacklog()).workers).toBe(1);
});
