/** What an id's prefix says about the thing it names. */
export const ID_PREFIXES = {
  request: 'req',
  event: 'evt',
  evaluation: 'evl',
  run: 'run',
  delivery: 'whd',
  endpoint: 'whe',
  key: 'key',
  user: 'usr',
  member: 'mem',
  audit: 'aud',
  worker: 'wrk',
  budget: 'bud',
  replay: 'rpl',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Crockford's base32: no I, L, O, U, so that an id survives being read aloud. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Writes an id from a time and randomness: prefix, `_`, 10 characters of milliseconds and 16 of randomness, so that ids sort by time
 * (the layout of ULID). `atMs` is Unix time in milliseconds below 2^48; `random` has at least 10 bytes.
 */
export function formatId(kind: IdKind, atMs: number, random: Uint8Array): string {
  let time = '';
  let rest = atMs;
  for (let i = 0; i < 10; i++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let tail = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of random.subarray(0, 10)) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      tail += ALPHABET.charAt((buffer >> bits) & 31);
    }
    buffer &= (1 << bits) - 1;
  }
  return `${ID_PREFIXES[kind]}_${time}${tail}`;
}

/** Whether a text is a well-formed id of that kind. A malformed id is answered like a missing one. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = ID_PREFIXES[kind];
  return text.startsWith(`${prefix}_`) && /^[0-9A-HJKMNP-TV-Z]{26}$/.test(text.slice(prefix.length + 1));
}

/** The id of another kind that belongs to one: the same 26 characters under another prefix. */
export function siblingId(kind: IdKind, id: string): string {
  return `${ID_PREFIXES[kind]}_${id.slice(id.indexOf('_') + 1)}`;
}

/** The last characters of an id that are read as a share: 25 bits are finer than any rate that people set. */
const SHARE_CHARACTERS = 5;

/**
 * Whether an id is among this share of all ids (0: none, 1: all). The answer lies in the id's randomness, so everybody who knows the id
 * comes to the same one, and what is in a smaller share is in every larger one.
 */
export function isInShare(id: string, share: number): boolean {
  let value = 0;
  for (const character of id.slice(-SHARE_CHARACTERS)) value = value * 32 + ALPHABET.indexOf(character);
  return value < share * 32 ** SHARE_CHARACTERS;
}
