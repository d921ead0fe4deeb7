import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { env } from '../env';
import { perProcess } from '../process-wide';

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** HMAC-SHA256 under a key of this purpose, derived from SECRETS_KEY by HKDF (RFC 5869); in hex. */
export function hmacHex(purpose: string, text: string): string {
  return createHmac('sha256', derivedKey(purpose)).update(text, 'utf8').digest('hex');
}

/** A 32-byte key for one purpose, derived from SECRETS_KEY by HKDF (RFC 5869). */
export function derivedKey(purpose: string): Buffer {
  return perProcess(`derived-key.${purpose}`, () =>
    Buffer.from(hkdfSync('sha256', env().SECRETS_KEY, 'countersign', purpose, 32)),
  );
}

/** Compares two texts in time that depends on their lengths only. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}
