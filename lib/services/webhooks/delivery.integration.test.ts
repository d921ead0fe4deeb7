import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebhookPayload } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { claimDeliveries, recordAttempt } from '@/lib/platform/db/worker';
import { resetEnv } from '@/lib/platform/env';
import { createGuardedClient, type GuardedClient } from '@/lib/platform/http-client';
import { metrics } from '@/lib/platform/metrics';
import { closeNotifier } from '@/lib/platform/notify';
import { dispatchPending } from '@/lib/services/dispatch';
import { createRequest } from '@/lib/services/requests';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { addEndpoint, ask, askMany, deliveriesOf, verifyByForeignLibrary } from '@/lib/testing/webhooks';
import { collectDatabaseGauges, type Deliverer, getDelivery, redeliver, startDeliverer } from '.';

const sql = testDatabase();

let tenants = 0;
let tenant: string;
let asker: TestKey;
let admin: TestPerson;
let receiver: Receiver;
let client: GuardedClient;
let deliverer: Deliverer | null = null;

beforeAll(() => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  return closeNotifier;
});
beforeEach(async () => {
  tenants += 1;
  tenant = await addTenant(sql, `acme-${tenants}`);
  asker = await addKey(sql, tenant, ['requests:create']);
  admin = await addPerson(sql, tenant, 'admin');
  receiver = await startReceiver();
  client = createGuardedClient();
});
afterEach(async () => {
  await deliverer?.stop(5000);
  deliverer = null;
  await client.close();
  await receiver.close();
  await sql(
    "UPDATE webhook_deliveries SET status = 'dead', next_attempt_at = NULL WHERE status IN ('pending', 'failed')",
  );
  await expectInvariants(sql);
});

const deliver = (over: Partial<Parameters<typeof startDeliverer>[0]> = {}) => {
  deliverer = startDeliverer({ client, pollMs: 20, ...over });
  return deliverer;
};
const at = (path: string) => `${receiver.url}${path}`;
const untilStatus = (endpointId: string, status: string) =>
  vi.waitFor(async () => {
    const deliveries = await deliveriesOf(sql, endpointId);
    expect(deliveries.map((delivery) => delivery.status)).toEqual([status]);
    return deliveries[0] ?? expect.unreachable();
  }, 5000);

describe('dispatching', () => {
  test('an event becomes one delivery for each endpoint that wants it, and leaves the outbox', async () => {
    const all = await addEndpoint(sql, tenant, at('/all'));
    const some = await addEndpoint(sql, tenant, at('/some'), { types: ['approval.created'] });
    const none = await addEndpoint(sql, tenant, at('/none'), { types: ['approval.approved'] });
    const off = await addEndpoint(sql, tenant, at('/off'));
    await sql("UPDATE webhook_endpoints SET status = 'disabled' WHERE endpoint_id = $1", [off.endpointId]);
    await addEndpoint(sql, await addTenant(sql, `other-${tenants}`), at('/other'));
    const request = await ask(asker.actor, { webhook_url: at('/own'), webhook_secret: 'sixteen characters' });
    expect(await dispatchPending()).toEqual({ dispatched: 1, deliveries: 3 });
    expect(await dispatchPending()).toEqual({ dispatched: 0, deliveries: 0 });
    expect(await deliveriesOf(sql, all.endpointId)).toMatchObject([
      { event_type: 'approval.created', status: 'pending' },
    ]);
    expect(await deliveriesOf(sql, some.endpointId)).toHaveLength(1);
    expect(await deliveriesOf(sql, none.endpointId)).toHaveLength(0);
    const own = await sql(
      'SELECT d.* FROM webhook_deliveries d JOIN approval_requests r ON r.webhook_endpoint_id = d.endpoint_id WHERE r.id = $1',
      [request.request_id],
    );
    expect(own).toMatchObject([{ lane: `${tenant} ${receiver.url}` }]);
    await expectInvariants(sql, { dispatched: true });
  });

  test('dispatchers at once share the outbox and make nothing twice', async () => {
    await addEndpoint(sql, tenant, at('/'));
    // A few at a time: the pool's two seconds of patience are not what is tried here.
    await askMany(asker.actor, 450);
    const done = await Promise.all([dispatchPending(), dispatchPending(), dispatchPending()]);
    const left = await dispatchPending();
    expect(done.reduce((sum, { dispatched }) => sum + dispatched, left.dispatched)).toBe(450);
    await expectInvariants(sql, { dispatched: true });
  });

  test('an event that is dispatched again makes no second delivery', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    await ask(asker.actor);
    await dispatchPending();
    await sql(
      'INSERT INTO event_outbox (event_id, tenant_id, subject_id, type) SELECT event_id, tenant_id, subject_id, type FROM events WHERE tenant_id = $1',
      [tenant],
    );
    expect(await dispatchPending()).toMatchObject({ dispatched: 1 });
    expect(await deliveriesOf(sql, endpointId)).toHaveLength(1);
  });
});

describe('a delivery', () => {
  test('arrives signed, with the id and the trace of its event, and says what happened', async () => {
    const { endpointId, secret } = await addEndpoint(sql, tenant, at('/hook?x=1'));
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const body = { policy_type: 'cost', skill_id: 'x', tenant_id: tenant, payload: {}, links: [] } as const;
    const { request } = await createRequest(asker.actor, { ...body, links: [] }, { ...NO_CALL, traceId });
    await dispatchPending();
    deliver();
    const [received] = await receiver.waitFor(1);
    if (received === undefined) return expect.unreachable();
    verifyByForeignLibrary(secret, received);
    expect(received.path).toBe('/hook?x=1');
    expect(received.header('content-type')).toBe('application/json');
    expect(received.header('traceparent')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(received.header('user-agent')).toMatch(/^Countersign\//);
    const payload = WebhookPayload.parse(JSON.parse(received.body));
    expect(payload).toMatchObject({
      type: 'approval.created',
      data: { request_id: request.request_id, status: 'pending' },
    });
    expect(received.header('webhook-id')).toBe(payload.data.event_id);
    const { delivery_id: id } = await untilStatus(endpointId, 'delivered');
    expect(await getDelivery(admin.actor, id)).toMatchObject({
      body: received.body,
      attempts: 1,
      next_attempt_at: null,
      attempt_log: [{ attempt: 1, status_code: 204, error: null, key_version: 1 }],
    });
  });

  test('to the request’s own webhook is signed with the secret’s text', async () => {
    const secret = 'sixteen characters';
    await ask(asker.actor, { webhook_url: at('/own'), webhook_secret: secret });
    await dispatchPending();
    deliver();
    const [received] = await receiver.waitFor(1, '/own');
    verifyByForeignLibrary(secret, received ?? expect.unreachable());
  });

  test('that always fails is tried four times with one id and is dead then; by hand it is sent again', async () => {
    const { endpointId, secret } = await addEndpoint(sql, tenant, at('/'), { schedule: [0, 0, 0] });
    receiver.answerWith([answers.status(500, {}, 'no\u0000pe')]);
    const dead = () =>
      metrics()
        .deliveries.get()
        .then(({ values }) => values.find((v) => v.labels.outcome === 'dead')?.value ?? 0);
    const deadBefore = await dead();
    await ask(asker.actor);
    await dispatchPending();
    const { poke } = deliver();
    const { delivery_id: id, webhook_id } = await untilStatus(endpointId, 'dead');
    expect(await dead()).toBe(deadBefore + 1);
    await collectDatabaseGauges();
    expect((await metrics().backlog.get()).values.find((v) => v.labels.status === 'dead')?.value).toBeGreaterThan(0);
    const { attempt_log: log, last_error } = await getDelivery(admin.actor, id);
    expect(log.map(({ attempt, status_code, response_head }) => [attempt, status_code, response_head])).toEqual(
      [1, 2, 3, 4].map((attempt) => [attempt, 500, 'nope']),
    );
    expect(last_error).toBe('Answered 500');
    expect(new Set(receiver.received.map(({ header }) => header('webhook-id')))).toEqual(new Set([webhook_id]));
    for (const received of receiver.received) verifyByForeignLibrary(secret, received);

    receiver.answerWith([answers.status(500), answers.status(200)]);
    expect(await redeliver(admin.actor, id, NO_CALL)).toMatchObject({ status: 'pending', attempts: 4 });
    poke();
    await untilStatus(endpointId, 'delivered');
    const again = await getDelivery(admin.actor, id);
    expect(again).toMatchObject({ attempts: 6, webhook_id });
    expect(receiver.received.at(-1)?.header('webhook-id')).toBe(webhook_id);
    expect(receiver.received.at(-1)?.body).toBe(receiver.received[0]?.body);
  });

  test('is answered 410: that ends it, disables the endpoint on record, and what else was due to it ends too', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    receiver.answerWith([answers.status(410)]);
    await ask(asker.actor);
    await ask(asker.actor);
    await dispatchPending();
    deliver({ perLane: 1 });
    await vi.waitFor(async () => {
      const states = (await deliveriesOf(sql, endpointId)).map(({ status }) => status);
      expect(states).toEqual(['dead', 'dead']);
    });
    expect(receiver.received).toHaveLength(1);
    const errors = (await deliveriesOf(sql, endpointId)).map(({ last_error }) => last_error);
    expect(errors.sort()).toEqual(['Answered 410', 'The endpoint is disabled: It answered 410 Gone']);
    expect(
      await sql('SELECT status, disabled_reason FROM webhook_endpoints WHERE endpoint_id = $1', [endpointId]),
    ).toEqual([{ status: 'disabled', disabled_reason: 'It answered 410 Gone' }]);
    expect(await sql('SELECT action, actor FROM audit_log WHERE target_id = $1', [endpointId])).toEqual([
      { action: 'webhook_endpoint.disabled', actor: 'system' },
    ]);
    await expect(
      redeliver(admin.actor, (await deliveriesOf(sql, endpointId))[0]?.delivery_id ?? '', NO_CALL),
    ).rejects.toMatchObject({ code: 'endpoint/disabled' });
  });

  test.each([429, 503])('is answered %i with Retry-After: it waits that long', async (status) => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    receiver.answerWith([answers.status(status, { 'retry-after': '30' })]);
    await ask(asker.actor);
    await dispatchPending();
    deliver();
    const { delivery_id: id } = await untilStatus(endpointId, 'failed');
    const [row] = await sql<{ seconds: number }>(
      'SELECT extract(epoch FROM next_attempt_at - updated_at)::float8 AS seconds FROM webhook_deliveries WHERE delivery_id = $1',
      [id],
    );
    expect(row?.seconds).toBe(30);
  });

  test('whose secret does not open any more is not sent unsigned', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'), { schedule: [0] });
    await sql("UPDATE webhook_secrets SET sealed = '\\x00'::bytea || sealed WHERE endpoint_id = $1", [endpointId]);
    await ask(asker.actor);
    await dispatchPending();
    deliver();
    expect(await untilStatus(endpointId, 'dead')).toMatchObject({ last_error: 'The signing secret cannot be opened' });
    expect(receiver.received).toHaveLength(0);
  });

  test('that is being sent is not sent again by hand', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    receiver.answerWith([answers.hang()]);
    await ask(asker.actor);
    await dispatchPending();
    const [queued] = await deliveriesOf(sql, endpointId);
    const code = () =>
      redeliver(admin.actor, queued?.delivery_id ?? '', NO_CALL).catch(({ code }: { code?: string }) => code);
    expect(await code()).toBe('delivery/in-flight');
    const { stop } = deliver();
    await receiver.waitFor(1);
    expect(await code()).toBe('delivery/in-flight');
    expect(await getDelivery(admin.actor, queued?.delivery_id ?? '')).toMatchObject({ next_attempt_at: null });
    await stop(0);
  });
});

describe('leases', () => {
  const claimOne = async (leaseMs = 60_000) => {
    const { claimed } = await claimDeliveries({ limit: 10, perLane: 10, inFlight: {}, leaseMs });
    return claimed[0] ?? expect.unreachable();
  };
  const success = (claim: { delivery_id: string; fence: string }) =>
    recordAttempt({
      ...claim,
      status: 'delivered',
      next_in_seconds: null,
      error: null,
      attempt: { elapsed_ms: 1, latency_ms: 1, status_code: 200, response_head: null, key_version: 1 },
    });

  test('a claimed delivery is not claimed again until the lease ends; then it is, and the lost attempt is on record', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    await ask(asker.actor);
    await dispatchPending();
    const first = await claimOne(200);
    const { claimed, nextDueMs } = await claimDeliveries({ limit: 10, perLane: 10, inFlight: {}, leaseMs: 200 });
    expect(claimed).toEqual([]);
    expect(nextDueMs).toBeGreaterThan(0);
    expect(nextDueMs).toBeLessThanOrEqual(200);
    const second = await vi.waitFor(() => claimOne(), 2000);
    expect(second.delivery_id).toBe(first.delivery_id);
    expect(await success(first)).toBe(false);
    expect(await success(second)).toBe(true);
    expect(await success(second)).toBe(false);
    const [row] = await deliveriesOf(sql, endpointId);
    const { attempt_log: log } = await getDelivery(admin.actor, row?.delivery_id ?? '');
    expect(row).toMatchObject({ status: 'delivered', attempts: 2 });
    expect(log.map(({ status_code, error }) => [status_code, error])).toEqual([
      [null, 'The worker ended before it recorded an answer'],
      [200, null],
    ]);
  });

  test('a worker that stops gives back what it does not finish, and another one takes it at once', async () => {
    const { endpointId } = await addEndpoint(sql, tenant, at('/'));
    receiver.answerWith([answers.hang(), answers.status(200)]);
    await ask(asker.actor);
    await dispatchPending();
    const { stop } = deliver();
    await receiver.waitFor(1);
    await stop(0);
    deliver();
    await receiver.waitFor(2);
    expect(await untilStatus(endpointId, 'delivered')).toMatchObject({ attempts: 2 });
  });

  test('no lane gets more than its share, whatever waits in it, and the others get theirs', async () => {
    const busy = await addEndpoint(sql, tenant, at('/busy'));
    await askMany(asker.actor, 30);
    await dispatchPending();
    const quiet = await addEndpoint(sql, tenant, at('/quiet'));
    await ask(asker.actor);
    await dispatchPending();
    const lanes = async (inFlight: Record<string, number>, limit = 100) => {
      const { claimed } = await claimDeliveries({ limit, perLane: 8, inFlight, leaseMs: 60_000 });
      return [busy, quiet].map(({ endpointId }) => claimed.filter(({ lane }) => lane === endpointId).length);
    };
    expect(await lanes({}, 2)).toEqual([1, 1]);
    expect(await lanes({ [busy.endpointId]: 1 })).toEqual([7, 0]);
    expect(await lanes({ [busy.endpointId]: 8 })).toEqual([0, 0]);
  });

  test('two deliverers share what is due and send nothing twice', async () => {
    await addEndpoint(sql, tenant, at('/'));
    await askMany(asker.actor, 100);
    await dispatchPending();
    const other = startDeliverer({ client, pollMs: 20 });
    deliver();
    await receiver.waitFor(100);
    await vi.waitFor(async () => {
      expect(
        await sql("SELECT 1 FROM webhook_deliveries WHERE tenant_id = $1 AND status <> 'delivered'", [tenant]),
      ).toEqual([]);
    });
    await other.stop(1000);
    expect(new Set(receiver.received.map(({ header }) => header('webhook-id'))).size).toBe(100);
    expect(receiver.received).toHaveLength(100);
  });
});
