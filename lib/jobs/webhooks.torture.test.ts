/** W1 to W6: what a worker's process does to receivers of every temper, all of them at once. */
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { resetEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { renderMetrics } from '@/lib/services/operations';
import { getDelivery, redeliver, rotateSecret } from '@/lib/services/webhooks';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';
import { type Answer, answers, type Received, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { addEndpoint, ask, deliveriesOf, verifyByForeignLibrary } from '@/lib/testing/webhooks';
import { bundleWorker, startWorkerProcess, type WorkerProcess } from '@/lib/testing/worker-process';

const sql = testDatabase();
/** How late an attempt may be. */
const LATE_S = 1;

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
let worker: WorkerProcess;
let receiver: Receiver;
let tenants = 0;

beforeAll(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  receiver = await startReceiver();
  bundle = await bundleWorker();
  worker = await startWorkerProcess(bundle.file);
  // The first question opens connections; what is timed below must not be that.
  await ask((await aTenant()).asker);
});
afterAll(async () => {
  await worker.kill();
  await receiver.close();
  bundle.remove();
  await closeNotifier();
  await expectInvariants(sql, { dispatched: true });
});

async function aTenant(): Promise<{ tenant: string; asker: Actor; admin: Actor }> {
  tenants += 1;
  const tenant = await addTenant(sql, `acme-${tenants}`);
  const asker = (await addKey(sql, tenant, ['requests:create'])).actor;
  return { tenant, asker, admin: (await addPerson(sql, tenant, 'admin')).actor };
}

/** An endpoint of a tenant of its own, which is asked about once. */
async function askOnce(path: string, script: Answer[], schedule?: number[]) {
  const { tenant, asker, admin } = await aTenant();
  receiver.answerWith(script, path);
  const endpoint = await addEndpoint(sql, tenant, `${receiver.url}${path}`, schedule === undefined ? {} : { schedule });
  await ask(asker);
  return { ...endpoint, tenant, admin };
}

/** The seconds between attempts, from the answer to one to the arrival of the next. */
const gaps = (received: readonly Received[]) =>
  received.slice(1).map(({ atMs }, index) => (atMs - (received[index]?.atMs ?? 0)) / 1000);

/** Resolves with the endpoint's only delivery, as soon as it is in this state. */
function untilIs(status: string, endpointId: string, timeout = 60_000) {
  return vi.waitUntil(
    async () => (await deliveriesOf(sql, endpointId)).find((delivery) => delivery.status === status),
    { timeout, interval: 50 },
  );
}

describe.concurrent('a worker', () => {
  test('W1: after 500, 500, 200 the gaps are 1 and 5 s, the id is one, timestamps are new, signatures verify', async ({
    expect,
  }) => {
    const script = [answers.status(500), answers.status(500), answers.status(200)];
    const { secret, endpointId } = await askOnce('/w1', script);
    const received = await receiver.waitFor(3, '/w1');
    const [first, second] = gaps(received);
    expect(first).toBeGreaterThanOrEqual(1);
    expect(first).toBeLessThanOrEqual(1 + LATE_S);
    expect(second).toBeGreaterThanOrEqual(5);
    expect(second).toBeLessThanOrEqual(5 + LATE_S);
    expect(new Set(received.map(({ header }) => header('webhook-id'))).size).toBe(1);
    expect(new Set(received.map(({ header }) => header('webhook-timestamp'))).size).toBe(3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    for (const delivery of received) verifyByForeignLibrary(secret, delivery);
    await untilIs('delivered', endpointId);
  });

  test('W2: always 500 means four attempts, a dead letter that the metrics show, and sending it again by hand works', async ({
    expect,
  }) => {
    const { endpointId, admin } = await askOnce('/w2', [answers.status(500)]);
    const received = await receiver.waitFor(4, '/w2');
    const { delivery_id: id } = await untilIs('dead', endpointId);
    for (const [index, wanted] of [1, 5, 15].entries()) {
      expect(gaps(received)[index]).toBeGreaterThanOrEqual(wanted);
      expect(gaps(received)[index]).toBeLessThanOrEqual(wanted + LATE_S);
    }
    expect((await getDelivery(admin, id)).attempt_log.map(({ status_code }) => status_code)).toEqual([
      500, 500, 500, 500,
    ]);
    await vi.waitFor(
      async () => {
        const { text } = await renderMetrics();
        expect(text).toMatch(/^countersign_webhook_deliveries\{status="dead"\} [1-9]/m);
        expect(text).toMatch(/^countersign_webhook_attempts_total\{outcome="dead"\} [1-9]/m);
      },
      { timeout: 10_000 },
    );
    receiver.answerWith([answers.status(200)], '/w2');
    await redeliver(admin, id, NO_CALL);
    await untilIs('delivered', endpointId);
    expect(receiver.received.filter(({ path }) => path === '/w2')).toHaveLength(5);
  });

  test('W3: a receiver that hangs, or drips its headers, costs ten seconds and is tried again', async ({ expect }) => {
    const [hung, dripped] = await Promise.all([
      askOnce('/hang', [answers.hang()], [1]),
      askOnce('/drip-headers', [answers.dripHeaders()], [1]),
    ]);
    for (const { endpointId, admin } of [hung, dripped]) {
      const { delivery_id: id } = await untilIs('dead', endpointId);
      const { attempt_log: log } = await getDelivery(admin, id);
      expect(log.map(({ error }) => error)).toEqual(Array(2).fill('No answer within 10 s'));
      for (const { latency_ms } of log) expect(latency_ms).toBeLessThan(11_000);
    }
  });

  test('W3: a body that drips for ever, or is a gigabyte, is not waited for', async ({ expect }) => {
    const before = await memoryMb();
    const [dripped, huge] = await Promise.all([
      askOnce('/drip', [answers.drip(200)]),
      askOnce('/gigabyte', [answers.gigabyte(200)]),
    ]);
    for (const { endpointId, admin } of [dripped, huge]) {
      const { delivery_id: id } = await untilIs('delivered', endpointId);
      const { attempt_log: log } = await getDelivery(admin, id);
      expect(log).toMatchObject([{ status_code: 200 }]);
      expect(log[0]?.response_head?.length).toBeLessThanOrEqual(1024);
    }
    expect((await memoryMb()) - before).toBeLessThan(150);
  });

  test('W3: a reset and a redirect are failures, and the redirect is not followed', async ({ expect }) => {
    const [reset, redirected] = await Promise.all([
      askOnce('/reset', [answers.reset()], [1]),
      askOnce('/redirect', [answers.redirect(`${receiver.url}/inside`)], [1]),
    ]);
    expect(await untilIs('dead', reset.endpointId)).toMatchObject({ last_error: 'Connection reset', attempts: 2 });
    expect(await untilIs('dead', redirected.endpointId)).toMatchObject({
      last_error: 'Answered 302; redirects are not followed',
    });
    expect(receiver.received.filter(({ path }) => path === '/inside')).toEqual([]);
  });

  test('W3: 410 ends it and disables the endpoint; 429 is asked again when it says', async ({ expect }) => {
    const gone = await askOnce('/gone', [answers.status(410)]);
    expect(await untilIs('dead', gone.endpointId)).toMatchObject({ attempts: 1 });
    const [endpoint] = await sql('SELECT status, disabled_reason FROM webhook_endpoints WHERE endpoint_id = $1', [
      gone.endpointId,
    ]);
    expect(endpoint).toEqual({ status: 'disabled', disabled_reason: 'It answered 410 Gone' });

    await askOnce('/slow', [answers.status(429, { 'retry-after': '3' }), answers.status(200)]);
    const [gap] = gaps(await receiver.waitFor(2, '/slow'));
    expect(gap).toBeGreaterThanOrEqual(3);
    expect(gap).toBeLessThanOrEqual(3 + LATE_S);
  });

  test('W5: while secrets rotate under load, a receiver that knows either secret verifies everything', async ({
    expect,
  }) => {
    const { tenant, asker, admin } = await aTenant();
    const { endpointId, secret: old } = await addEndpoint(sql, tenant, `${receiver.url}/w5`);
    const asking = (async () => {
      for (let i = 0; i < 150; i++) await ask(asker);
    })();
    await receiver.waitFor(40, '/w5');
    const { secret: fresh } = await rotateSecret(admin, endpointId, { overlap_seconds: 3600 }, NO_CALL);
    await asking;
    const received = await receiver.waitFor(150, '/w5');
    const after = received.filter(({ header }) => header('x-webhook-key-version') === '2');
    expect(after.length).toBeGreaterThan(0);
    expect(after.length).toBeLessThan(received.length);
    for (const delivery of received) verifyByForeignLibrary(old, delivery);
    for (const delivery of after) verifyByForeignLibrary(fresh ?? '', delivery);
  });
});

test('W4: one dead endpoint among a hundred: the others notice nothing', async ({ expect }) => {
  const { tenant, asker } = await aTenant();
  receiver.answerWith([answers.hang()], '/dead');
  const dead = await addEndpoint(sql, tenant, `${receiver.url}/dead`);
  await Promise.all(Array.from({ length: 99 }, (_, n) => addEndpoint(sql, tenant, `${receiver.url}/alive/${n}`)));
  const own = { webhook_url: `${receiver.url}/dead`, webhook_secret: 'sixteen characters' };
  const askedAt: number[] = [];
  for (let i = 0; i < 20; i++) {
    askedAt.push(performance.now());
    await ask(asker, own);
  }
  const arrivals = await Promise.all(Array.from({ length: 99 }, (_, n) => receiver.waitFor(20, `/alive/${n}`)));
  const latencies = arrivals.flat().map(({ atMs }) => atMs - (askedAt[0] ?? 0));
  console.log(
    `W4: 1980 deliveries to 99 live endpoints within ${Math.round(Math.max(...latencies))} ms of the first question`,
  );
  expect(Math.max(...latencies)).toBeLessThan(10_000);
  expect((await deliveriesOf(sql, dead.endpointId)).every(({ status }) => status !== 'delivered')).toBe(true);
});

test('W6: a target in any spelling of a private address is not connected to, though it got past registration', async ({
  expect,
}) => {
  const guarded = await startWorkerProcess(bundle.file, { WEBHOOK_ALLOW_CIDRS: '' });
  worker.signal('SIGSTOP');
  try {
    const { tenant, asker } = await aTenant();
    const inside = await startReceiver();
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]', 'localhost', '0.0.0.0'];
    const endpoints = await Promise.all(
      spellings.flatMap((host) =>
        ['http', 'https'].map((scheme) =>
          addEndpoint(sql, tenant, `${scheme}://${host}:${inside.port}/`, { schedule: [0] }),
        ),
      ),
    );
    await ask(asker);
    for (const { endpointId } of endpoints) {
      expect(await untilIs('dead', endpointId)).toMatchObject({
        last_error: expect.stringContaining('not a public address'),
      });
    }
    expect(inside.connections).toBe(0);
    await inside.close();
  } finally {
    worker.signal('SIGCONT');
    await guarded.kill();
  }
});

/** What the worker's process holds in memory, in MB. */
async function memoryMb(): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${worker.pid}/status`, 'utf8').catch(() => 'VmRSS: 0 kB');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}
