import { beforeAll, beforeEach, expect, test } from 'vitest';
import { addTenant, testDatabase } from '@/lib/testing/people';
import { addEndpoint } from '@/lib/testing/webhooks';
import { claimDeliveries } from '.';

const sql = testDatabase();
let endpointId: string;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  endpointId = (await addEndpoint(sql, 'acme', 'https://hooks.example/')).endpointId;
});
beforeEach(() => sql('DELETE FROM webhook_deliveries'));

/** Deliveries in lanes of their own (`lane` and a number) or all in one, due in so many seconds. */
async function wait(count: number, { lane, each, inSeconds }: { lane: string; each: boolean; inSeconds: number }) {
  await sql(
    `INSERT INTO webhook_deliveries (delivery_id, tenant_id, endpoint_id, lane, webhook_id, event_type, body, next_attempt_at)
     SELECT $2 || '/' || n, 'acme', $1, $2 || CASE WHEN $3 THEN '/' || n ELSE '' END, 'evt', 'webhook.test', '{}',
       now_ms() + make_interval(secs => $4) + n * interval '1 microsecond'
     FROM generate_series(1, $5::int) n`,
    [endpointId, lane, each, inSeconds, count],
  );
  await sql('ANALYZE webhook_deliveries');
}

const claim = (limit: number) => claimDeliveries({ limit, perLane: 8, inFlight: {}, leaseMs: 60_000 });

/** The fastest of many looks, each of which takes one delivery. */
async function fastestLookMs(): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 25; i++) {
    const startedMs = performance.now();
    const { claimed } = await claim(1);
    fastest = Math.min(fastest, performance.now() - startedMs);
    expect(claimed).toHaveLength(1);
  }
  return fastest;
}

test('what waits for later in other lanes does not slow the look at what is due', async () => {
  await wait(100, { lane: 'ours', each: false, inSeconds: -60 });
  const alone = await fastestLookMs();
  await wait(30_000, { lane: 'theirs', each: true, inSeconds: 3600 });
  const crowded = await fastestLookMs();
  expect(crowded, `alone ${alone.toFixed(1)} ms, with 30,000 lanes waiting ${crowded.toFixed(1)} ms`).toBeLessThan(
    alone * 5 + 5,
  );
});

test('a crowd in one lane hides no other, however late it came', async () => {
  await wait(3000, { lane: 'crowd', each: false, inSeconds: -60 });
  await wait(3, { lane: 'late', each: true, inSeconds: -1 });
  const { claimed } = await claim(100);
  const lanes = claimed.map(({ lane }) => lane).sort();
  expect(lanes).toEqual([...Array(8).fill('crowd'), 'late/1', 'late/2', 'late/3']);
});

test('it says when something else becomes due', async () => {
  await wait(1, { lane: 'now', each: false, inSeconds: -1 });
  await wait(1, { lane: 'soon', each: false, inSeconds: 30 });
  const { claimed, nextDueMs } = await claim(10);
  expect(claimed.map(({ lane }) => lane)).toEqual(['now']);
  expect(nextDueMs).toBeGreaterThan(20_000);
  expect(nextDueMs).toBeLessThanOrEqual(30_000);
  await sql('DELETE FROM webhook_deliveries');
  expect((await claim(10)).nextDueMs).toBeNull();
});
