import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey } from './hash';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what must be read again (a signing secret) with AES-256-GCM under a key derived from SECRETS_KEY. `context` names where it
 * belongs (tenant, endpoint, version) and is authenticated, so that a sealed value moved elsewhere does not open.
 */
export function seal(text: string, context: readonly string[]): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derivedKey('seal'), iv).setAAD(Buffer.from(JSON.stringify(context)));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), body]));
}

/**
 * Opens what `seal` sealed under the same context.
 * @throws Error when the key, the context or the bytes are not the same.
 */
export function unseal(sealed: Uint8Array, context: readonly string[]): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', derivedKey('seal'), bytes.subarray(0, IV_BYTES))
    .setAAD(Buffer.from(JSON.stringify(context)))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
}
