import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { newId } from './ids';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_CHARACTERS = 32;
const FORM = /^csk_live_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{32})_([0-9A-Za-z]{6})$/;

export interface ApiKeyText {
  keyId: string;
  key: string;
}

/**
 * A new API key `csk_live_<id>_<secret>_<checksum>`: 190 random bits, and the CRC-32 of what is before the last `_` in six base62
 * digits, so that secret scanners and typing mistakes are recognised without a look-up (the form GitHub uses).
 */
export function newApiKey(keyId = newId('key')): ApiKeyText {
  const body = `csk_live_${keyId.slice('key_'.length)}_${randomBase62(SECRET_CHARACTERS)}`;
  return { keyId, key: `${body}_${checksum(body)}` };
}

/** The id inside a well-formed key; null when its form or checksum is wrong. Says nothing of whether the key exists. */
export function apiKeyId(key: string): string | null {
  const match = FORM.exec(key);
  if (match === null) return null;
  const body = key.slice(0, key.lastIndexOf('_'));
  return match[3] === checksum(body) ? `key_${match[1]}` : null;
}

function checksum(body: string): string {
  let rest = crc32(body) >>> 0;
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** Base62 text without modulo bias: bytes of 248 and above are drawn again. */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}
