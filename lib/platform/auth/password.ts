import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { perProcess } from '../process-wide';
import { inTurn } from './turns';

/** Argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** Half of the thread pool that files and names also need, and so many times 19 MiB at most. */
const HASHING = { atOnce: 2, waiting: 64 } as const;

/** No letters or digits that look alike. */
const READABLE = '23456789abcdefghjkmnpqrstuvwxyz';

/**
 * The hash to store for a password (argon2id, PHC string).
 * @throws AppError `auth/throttled` when too many wait already.
 */
export function hashPassword(password: string): Promise<string> {
  return inTurn('hashing', HASHING, () => hash(normalized(password), COST));
}

/**
 * Whether this is the password. Without a hash (nobody by that name, or an account without a password) it works as long as with one and
 * says no, so that the time tells nothing.
 * @throws AppError `auth/throttled` when too many wait already.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const nobodys = await dummyHash();
  const matches = await inTurn('hashing', HASHING, () => verify(stored ?? nobodys, normalized(password)));
  return matches && stored !== null;
}

/** A password that can be read aloud: 25 characters in groups, 123 random bits. */
export function newPassword(): string {
  const groups = Array.from({ length: 5 }, () =>
    Array.from({ length: 5 }, () => READABLE.charAt(randomInt(READABLE.length))).join(''),
  );
  return groups.join('-');
}

/** The same characters typed on different systems are the same password (NIST SP 800-63B, 5.1.1.2). */
function normalized(password: string): string {
  return password.normalize('NFKC');
}

function dummyHash(): Promise<string> {
  return perProcess('dummy-password-hash', () => hash(newPassword(), COST));
}
