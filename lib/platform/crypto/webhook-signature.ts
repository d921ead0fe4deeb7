import { createHmac, randomBytes } from 'node:crypto';

/** How the Standard Webhooks specification marks a secret whose text is base64 of the key. */
const PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A new signing secret: `whsec_` and 32 random bytes in base64 (Standard Webhooks asks for 24 to 64). */
export function newWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

/** Whether a secret can sign: one that begins with `whsec_` must go on in base64. */
export function isWebhookSecret(secret: string): boolean {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : null;
  return encoded === null || (encoded.length > 0 && BASE64.test(encoded));
}

/**
 * The Standard Webhooks signature `v1,<base64>` over id, time and body. Keyed with the bytes that `whsec_…` decodes to, or the text's
 * bytes where the secret has no such prefix. `timestamp` is Unix time in seconds.
 */
export function standardSignature(secret: string, id: string, timestamp: number, body: string): string {
  const key = secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`;
}

/** The seed's signature `sha256=<hex>` over the body alone, keyed with the secret's text. */
export function bodySignature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body, 'utf8').digest('hex')}`;
}
