import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { bodySignature, isWebhookSecret, newWebhookSecret, standardSignature } from './webhook-signature';

const BODY = '{"type":"approval.approved","title":"Überweisung 🎉"}';

test('a foreign library verifies what is signed, for generated and for given secrets', () => {
  const timestamp = Math.floor(Date.now() / 1000);
  const generated = newWebhookSecret();
  const headers = (secret: string) => ({
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(timestamp),
    'webhook-signature': standardSignature(secret, 'evt_1', timestamp, BODY),
  });
  expect(new Webhook(generated).verify(BODY, headers(generated))).toEqual(JSON.parse(BODY));
  const given = 'correct horse battery staple';
  expect(new Webhook(given, { format: 'raw' }).verify(BODY, headers(given))).toEqual(JSON.parse(BODY));
  expect(() => new Webhook(newWebhookSecret()).verify(BODY, headers(generated))).toThrow('No matching signature');
});

test('the body signature is the HMAC-SHA256 of the raw body under the secret’s text', () => {
  // From RFC 4231, test case 2.
  expect(bodySignature('Jefe', 'what do ya want for nothing?')).toBe(
    'sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('a secret that begins with whsec_ must go on in base64, any other text is its own key', () => {
  expect(isWebhookSecret(newWebhookSecret())).toBe(true);
  expect(isWebhookSecret('any text of sixteen')).toBe(true);
  expect(isWebhookSecret('whsec_')).toBe(false);
  expect(isWebhookSecret('whsec_not base64!')).toBe(false);
  expect(isWebhookSecret('whsec_abc')).toBe(false);
});
