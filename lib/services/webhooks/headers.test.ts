import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { newWebhookSecret } from '@/lib/platform/crypto';
import { deliveryHeaders, type SigningSecret } from './headers';

const BODY = '{"type":"webhook.test"}';
const current: SigningSecret = { version: 2, secret: newWebhookSecret() };
const previous: SigningSecret = { version: 1, secret: 'a text of the caller’s own' };
const hmac = (secret: string) => `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`;

function headersBy(...secrets: [SigningSecret, ...SigningSecret[]]) {
  const timestamp = Math.floor(Date.now() / 1000);
  return deliveryHeaders({ webhookId: 'evt_1', body: BODY, timestamp, traceparent: null, secrets });
}

test('one secret: one signature of each kind, and the version that signed', () => {
  const headers = headersBy(current);
  expect(new Webhook(current.secret).verify(BODY, headers)).toEqual({ type: 'webhook.test' });
  expect(headers['webhook-signature']).not.toContain(' ');
  expect(headers['X-Webhook-Signature']).toBe(hmac(current.secret));
  expect(headers['X-Webhook-Key-Version']).toBe('2');
  expect(Object.keys(headers)).not.toContain('X-Webhook-Signature-Previous');
});

test('during an overlap a receiver that knows either secret verifies, by either signature', () => {
  const headers = headersBy(current, previous);
  expect(() => new Webhook(current.secret).verify(BODY, headers)).not.toThrow();
  const bytes = new TextEncoder().encode(previous.secret);
  expect(() => new Webhook(bytes, { format: 'raw' }).verify(BODY, headers)).not.toThrow();
  expect(headers['X-Webhook-Signature']).toBe(hmac(current.secret));
  expect(headers['X-Webhook-Signature-Previous']).toBe(hmac(previous.secret));
});
