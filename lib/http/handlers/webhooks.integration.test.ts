import { beforeAll, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { call, withKey } from '@/lib/testing/calls';
import { addKey, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import * as webhooks from './webhooks';

const sql = testDatabase();
let key: TestKey;

beforeAll(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  await addTenant(sql, 'acme');
  key = await addKey(sql, 'acme', ['webhooks:manage']);
  return closeNotifier;
});

const aBody = { tenant_id: 'acme', url: 'https://hooks.example/' };
const once = (name: string) => ({ 'idempotency-key': name });

test('a secret is in the first answer only: a repeated call gets the same endpoint and no secret', async () => {
  const input = { as: withKey(key), body: aBody, headers: once('create') };
  const first = await call(webhooks.createEndpoint, input);
  const again = await call(webhooks.createEndpoint, input);
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(first.body.secret).toMatch(/^whsec_/);
  expect(again.body).toEqual({ ...first.body, secret: null });
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  const other = await call(webhooks.createEndpoint, { ...input, body: { ...aBody, url: 'https://other.example/' } });
  expect([other.status, other.body.code]).toEqual([422, 'idempotency/mismatch']);
});

test('a call repeated after its endpoint was removed gets the same status, and the endpoint as it is now', async () => {
  const input = { as: withKey(key), body: aBody, headers: once('removed since') };
  const first = await call(webhooks.createEndpoint, input);
  const params = { id: String(first.body.endpoint_id) };
  expect((await call(webhooks.deleteEndpoint, { as: withKey(key), params })).status).toBe(204);
  const again = await call(webhooks.createEndpoint, input);
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
  expect(again.body).toMatchObject({ endpoint_id: params.id, status: 'disabled', disabled_reason: 'Removed' });
  // For everything else it is gone.
  expect((await call(webhooks.updateEndpoint, { as: withKey(key), params, body: {} })).status).toBe(404);
  const { body } = await call(webhooks.listEndpoints, { as: withKey(key) });
  expect((body.data as { endpoint_id: string }[]).map(({ endpoint_id: id }) => id)).not.toContain(params.id);
});

test('rotating twice with one key rotates once, and the secret is not repeated', async () => {
  const { body } = await call(webhooks.createEndpoint, { as: withKey(key), body: aBody });
  const params = { id: String(body.endpoint_id) };
  const input = { as: withKey(key), params, body: { overlap_seconds: 60 }, headers: once('rotate') };
  const first = await call(webhooks.rotateEndpointSecret, input);
  const again = await call(webhooks.rotateEndpointSecret, input);
  expect(first.body).toMatchObject({ secret_version: 2, secret: expect.stringMatching(/^whsec_/) });
  expect(again.body).toMatchObject({ secret_version: 2, secret: null });
});

test('a test sent twice with one key makes one delivery, and its address is in the answer', async () => {
  const { body } = await call(webhooks.createEndpoint, { as: withKey(key), body: aBody });
  const input = { as: withKey(key), params: { id: String(body.endpoint_id) }, headers: once('test') };
  const [first, again] = [await call(webhooks.testEndpoint, input), await call(webhooks.testEndpoint, input)];
  expect(first.status).toBe(202);
  expect(again.body.delivery_id).toBe(first.body.delivery_id);
  const query = { endpoint_id: String(body.endpoint_id) };
  expect((await call(webhooks.listDeliveries, { as: withKey(key), query })).body.data).toHaveLength(1);
});

test('what is refused says where it stands in the body', async () => {
  const refused = await call(webhooks.createEndpoint, {
    as: withKey(key),
    body: { ...aBody, url: 'https://10.0.0.1/' },
  });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ code: 'webhook/url-refused', errors: [{ pointer: '/url' }] });
});
