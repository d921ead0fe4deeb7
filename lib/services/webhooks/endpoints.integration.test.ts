import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CreateEndpointBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { sha256Hex } from '@/lib/platform/crypto';
import { resetEnv } from '@/lib/platform/env';
import { addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import * as webhooks from '.';

const sql = testDatabase();

let admin: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  stranger = await addPerson(sql, 'globex', 'admin');
});
beforeEach(async () => {
  admin = await addPerson(sql, 'acme', 'admin');
});

const input = (over: Partial<CreateEndpointBody> = {}): CreateEndpointBody => ({
  tenant_id: 'acme',
  url: 'https://hooks.example/countersign?token=t0ken',
  event_types: [],
  retry_schedule_seconds: [1, 5, 15],
  ...over,
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? error,
  );
const audit = async (target: string) =>
  await sql<{ action: string; canonical: string }>(
    'SELECT action, canonical FROM audit_log WHERE target_id = $1 ORDER BY seq',
    [target],
  );

describe('the secret', () => {
  test('is shown once, stored sealed, and known by its fingerprint', async () => {
    const made = await webhooks.createEndpoint(admin.actor, input(), NO_CALL);
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(made.secret_fingerprint).toBe(sha256Hex(made.secret ?? ''));
    const shown = await webhooks.getEndpoint(admin.actor, made.endpoint_id);
    expect(shown).not.toHaveProperty('secret');
    const everything = await sql("SELECT encode(sealed, 'escape') AS sealed, fingerprint FROM webhook_secrets");
    expect(JSON.stringify([shown, everything, await audit(made.endpoint_id)])).not.toContain(made.secret?.slice(6, 30));
  });

  test('may be given, and is refused where it could never verify', async () => {
    const given = await webhooks.createEndpoint(admin.actor, input({ secret: 'sixteen characters' }), NO_CALL);
    expect(given.secret).toBe('sixteen characters');
    await expect(
      webhooks.createEndpoint(admin.actor, input({ secret: 'whsec_this is not base64' }), NO_CALL),
    ).rejects.toMatchObject({ code: 'input/invalid', errors: [{ pointer: '/secret' }] });
  });

  test('rotates: the one before signs until the overlap ends, older ones end now', async () => {
    const { endpoint_id: id, secret } = await webhooks.createEndpoint(admin.actor, input(), NO_CALL);
    const second = await webhooks.rotateSecret(admin.actor, id, { overlap_seconds: 3600 }, NO_CALL);
    expect(second).toMatchObject({ secret_version: 2, secret_fingerprint: sha256Hex(second.secret ?? '') });
    expect(second.secret).not.toBe(secret);
    const third = await webhooks.rotateSecret(admin.actor, id, { overlap_seconds: 60 }, NO_CALL);
    const left = await sql<{ version: number; seconds: number | null }>(
      'SELECT version, round(extract(epoch FROM expires_at - now_ms()))::int AS seconds FROM webhook_secrets WHERE endpoint_id = $1 ORDER BY 1',
      [id],
    );
    expect(left.map(({ version, seconds }) => [version, seconds === null ? null : Math.max(seconds, 0)])).toEqual([
      [1, 0],
      [2, 60],
      [3, null],
    ]);
    expect(third.previous_secret_expires_at).not.toBeNull();
    const none = await webhooks.rotateSecret(admin.actor, id, { overlap_seconds: 0 }, NO_CALL);
    expect(none.previous_secret_expires_at).toBeNull();
  });

  test('two rotations at once make two versions, one after the other', async () => {
    const { endpoint_id: id } = await webhooks.createEndpoint(admin.actor, input(), NO_CALL);
    const rotate = () => webhooks.rotateSecret(admin.actor, id, { overlap_seconds: 60 }, NO_CALL);
    const versions = (await Promise.all([rotate(), rotate(), rotate()])).map(({ secret_version }) => secret_version);
    expect(versions.sort()).toEqual([2, 3, 4]);
  });
});

test('an address that deliveries are never sent to is refused, with where it stands', async () => {
  for (const url of ['http://127.1:1/', 'http://[::1]/', 'https://10.0.0.1/', 'https://me:pw@hooks.example/']) {
    const refused = webhooks.createEndpoint(admin.actor, input({ url }), NO_CALL);
    if (url.includes('127.1')) await expect(refused).resolves.toBeTruthy();
    else await expect(refused).rejects.toMatchObject({ code: 'webhook/url-refused', errors: [{ pointer: '/url' }] });
  }
  expect(() => webhooks.sealInlineWebhook('acme', 'http://10.0.0.1/', 'sixteen characters')).toThrow(
    expect.objectContaining({
      code: 'webhook/url-refused',
      errors: [expect.objectContaining({ pointer: '/webhook_url' })],
    }),
  );
});

test('a change changes what is given, and is on the audit log without what a URL may carry', async () => {
  const { endpoint_id: id } = await webhooks.createEndpoint(admin.actor, input({ description: 'Orders' }), NO_CALL);
  const changed = await webhooks.updateEndpoint(admin.actor, id, {
    url: 'https://other.example/?token=t0ken',
    event_types: ['approval.approved', 'approval.approved'],
  });
  expect(changed).toMatchObject({ description: 'Orders', event_types: ['approval.approved'], status: 'enabled' });
  const disabled = await webhooks.updateEndpoint(admin.actor, id, { status: 'disabled', description: null });
  expect(disabled).toMatchObject({ status: 'disabled', disabled_reason: 'Disabled by hand', description: null });
  expect(await codeOf(webhooks.testEndpoint(admin.actor, id, NO_CALL))).toBe('endpoint/disabled');
  expect(await webhooks.updateEndpoint(admin.actor, id, { status: 'enabled' })).toMatchObject({
    disabled_reason: null,
  });
  const log = await audit(id);
  expect(log.map(({ action }) => action)).toEqual([
    'webhook_endpoint.created',
    ...Array(3).fill('webhook_endpoint.changed'),
  ]);
  expect(JSON.stringify(log)).not.toContain('t0ken');
});

test('a removed endpoint is gone with its secrets, but for whoever repeats its creation; its deliveries stay on record', async () => {
  const { endpoint_id: id } = await webhooks.createEndpoint(admin.actor, input(), NO_CALL);
  const delivery = await webhooks.testEndpoint(admin.actor, id, NO_CALL);
  await webhooks.deleteEndpoint(admin.actor, id);
  expect(await webhooks.getEndpoint(admin.actor, id)).toMatchObject({ status: 'disabled', disabled_reason: 'Removed' });
  expect(await codeOf(webhooks.deleteEndpoint(admin.actor, id))).toBe('endpoint/not-found');
  expect(await sql('SELECT 1 FROM webhook_secrets WHERE endpoint_id = $1', [id])).toEqual([]);
  expect(await webhooks.getDelivery(admin.actor, delivery.delivery_id)).toMatchObject({ endpoint_id: id });
  expect((await webhooks.listEndpoints(admin.actor, { limit: 200 })).data.map((e) => e.endpoint_id)).not.toContain(id);
});

test('another tenant’s endpoints and deliveries are missing, as are malformed ids', async () => {
  const { endpoint_id: id } = await webhooks.createEndpoint(admin.actor, input(), NO_CALL);
  const { delivery_id: delivery } = await webhooks.testEndpoint(admin.actor, id, NO_CALL);
  const { actor } = stranger;
  for (const endpoint of [id, 'whe_x', "' OR 1=1 --"]) {
    expect(await codeOf(webhooks.getEndpoint(actor, endpoint))).toBe('endpoint/not-found');
    expect(await codeOf(webhooks.updateEndpoint(actor, endpoint, { status: 'disabled' }))).toBe('endpoint/not-found');
    expect(await codeOf(webhooks.deleteEndpoint(actor, endpoint))).toBe('endpoint/not-found');
    expect(await codeOf(webhooks.rotateSecret(actor, endpoint, { overlap_seconds: 0 }, NO_CALL))).toBe(
      'endpoint/not-found',
    );
    expect(await codeOf(webhooks.testEndpoint(actor, endpoint, NO_CALL))).toBe('endpoint/not-found');
  }
  for (const missing of [delivery, 'whd_x']) {
    expect(await codeOf(webhooks.getDelivery(actor, missing))).toBe('delivery/not-found');
    expect(await codeOf(webhooks.redeliver(actor, missing, NO_CALL))).toBe('delivery/not-found');
  }
  expect(await codeOf(webhooks.createEndpoint(actor, input(), NO_CALL))).toBe('tenant/not-found');
  expect((await webhooks.listDeliveries(actor, { limit: 50 })).data).toEqual([]);
});

test('pages of endpoints and deliveries follow one another without gap or repetition', async () => {
  const { actor } = await addPerson(sql, await addTenant(sql, 'paged'), 'admin');
  const made: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { endpoint_id: id } = await webhooks.createEndpoint(actor, input({ tenant_id: 'paged' }), NO_CALL);
    made.push((await webhooks.testEndpoint(actor, id, NO_CALL)).delivery_id);
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await webhooks.listDeliveries(actor, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.data.map(({ delivery_id }) => delivery_id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual(made.toReversed());
  const first = await webhooks.listEndpoints(actor, { limit: 3 });
  const second = await webhooks.listEndpoints(actor, { limit: 3, cursor: first.next_cursor ?? '' });
  expect(new Set([...first.data, ...second.data].map(({ endpoint_id }) => endpoint_id)).size).toBe(5);
  expect(second.next_cursor).toBeNull();
  expect((await webhooks.listDeliveries(actor, { limit: 50, status: ['dead'] })).data).toEqual([]);
  expect(
    (await webhooks.listDeliveries(actor, { limit: 50, status: ['pending'], endpoint_id: first.data[0]?.endpoint_id }))
      .data,
  ).toHaveLength(1);
});
