import { Prisma } from '../generated/client';
import { asWorker } from '../tenant';

/** Says that a worker lives, with what it has counted so far. */
export async function beat(workerId: string, metrics: readonly object[]): Promise<void> {
  await asWorker().$executeRaw`
    INSERT INTO worker_heartbeats (worker_id, metrics) VALUES (${workerId}, ${JSON.stringify(metrics)}::jsonb)
    ON CONFLICT (worker_id) DO UPDATE SET beat_at = now_ms(), metrics = excluded.metrics`;
}

/** Says that a worker has ended in order. */
export async function removeHeartbeat(workerId: string): Promise<void> {
  await asWorker().$executeRaw`DELETE FROM worker_heartbeats WHERE worker_id = ${workerId}`;
}

/** How long what is only kept for a while is kept, in hours. An address from which somebody got in stays known as long as throttling asks. */
const KEEP_HOURS = { idempotency_keys: 24, failed_logins: 24, logins: 30 * 24, worker_heartbeats: 24 };
/** Rows removed by one statement, so that none of them takes long. */
const BATCH = 5000;

/** Removes what nobody needs any more, a batch at a time. Running it twice, or in two workers at once, is harmless. */
export async function removeOld(): Promise<Record<string, number>> {
  const old = (column: string, hours: number) =>
    Prisma.sql`${Prisma.raw(column)} < now_ms() - make_interval(hours => ${hours}::int)`;
  return {
    idempotency_keys: await removeWhere('idempotency_keys', old('created_at', KEEP_HOURS.idempotency_keys)),
    login_attempts: await removeWhere(
      'login_attempts',
      Prisma.sql`${old('at', KEEP_HOURS.failed_logins)} AND (NOT succeeded OR ${old('at', KEEP_HOURS.logins)})`,
    ),
    worker_heartbeats: await removeWhere('worker_heartbeats', old('beat_at', KEEP_HOURS.worker_heartbeats)),
    webhook_secrets: await removeWhere('webhook_secrets', Prisma.sql`expires_at < now_ms()`),
  };
}

async function removeWhere(table: string, condition: Prisma.Sql): Promise<number> {
  const name = Prisma.raw(table);
  let removed = 0;
  for (;;) {
    const batch = await asWorker().$executeRaw(Prisma.sql`
      DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} WHERE ${condition} LIMIT ${BATCH}))`);
    removed += batch;
    if (batch < BATCH) return removed;
  }
}

/** What the database itself can count: gauges over what is open, whose cost follows what is open. Ages are in seconds. */
export interface Backlog {
  open: number;
  overdue: number;
  outbox: number;
  outboxAge: number;
  pending: number;
  failed: number;
  dead: number;
  workers: number;
}

/** A worker is taken for gone when it has not been heard of for this long. */
const SILENT_SECONDS = 30;

export async function findBacklog(): Promise<Backlog> {
  const [row] = await asWorker().$queryRaw<[Backlog]>`
    SELECT
      (SELECT count(*) FROM approval_requests WHERE status IN ('pending', 'escalated'))::int AS open,
      (SELECT count(*) FROM approval_requests WHERE status IN ('pending', 'escalated') AND expires_at <= now_ms())::int AS overdue,
      (SELECT count(*) FROM event_outbox)::int AS outbox,
      coalesce((SELECT extract(epoch FROM now_ms() - e.timestamp) FROM event_outbox o JOIN events e ON e.event_id = o.event_id
        ORDER BY o.position LIMIT 1), 0)::float8 AS "outboxAge",
      (SELECT count(*) FROM webhook_deliveries WHERE status IN ('pending', 'failed') AND status = 'pending')::int AS pending,
      (SELECT count(*) FROM webhook_deliveries WHERE status IN ('pending', 'failed') AND status = 'failed')::int AS failed,
      (SELECT count(*) FROM webhook_deliveries WHERE status = 'dead')::int AS dead,
      (SELECT count(*) FROM worker_heartbeats WHERE beat_at > now_ms() - make_interval(secs => ${SILENT_SECONDS}::int))::int AS workers`;
  return row;
}

/** What the living workers have counted, as `prom-client` writes it to JSON. */
export async function listWorkerMetrics(): Promise<object[][]> {
  const rows = await asWorker().$queryRaw<{ metrics: object[] }[]>`
    SELECT metrics FROM worker_heartbeats WHERE beat_at > now_ms() - make_interval(secs => ${SILENT_SECONDS}::int)`;
  return rows.map(({ metrics }) => metrics);
}
