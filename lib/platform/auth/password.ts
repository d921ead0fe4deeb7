import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '@/lib/domain/errors';
import { perProcess } from '../process-wide';

/** Argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;

/** Half of the thread pool that files and names also need, and so many times 19 MiB at most. */
const MAX_AT_ONCE = 2;
/** What waits behind them is bounded too: a storm is told to come back. */
const MAX_WAITING = 64;

/** No letters or digits that look alike. */
const READABLE = '23456789abcdefghjkmnpqrstuvwxyz';

/**
 * The hash to store for a password (argon2id, PHC string).
 * @throws AppError `auth/throttled` when too many wait already.
 */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalized(password), COST));
}

/**
 * Whether this is the password. Without a hash (nobody by that name, or an account without a password) it works as long as with one and
 * says no, so that the time tells nothing.
 * @throws AppError `auth/throttled` when too many wait already.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const nobodys = await dummyHash();
  const matches = await inTurn(() => verify(stored ?? nobodys, normalized(password)));
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

interface Turns {
  busy: number;
  waiting: (() => void)[];
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turns = perProcess<Turns>('password-turns', () => ({ busy: 0, waiting: [] }));
  if (turns.busy < MAX_AT_ONCE) turns.busy += 1;
  else if (turns.waiting.length >= MAX_WAITING) throw new AppError('auth/throttled', { retryAfterSeconds: 2 });
  else await new Promise<void>((resolve) => turns.waiting.push(resolve));
  try {
    return await work();
  } finally {
    // A turn is handed on, not given back and taken again, so that nobody jumps the queue.
    const next = turns.waiting.shift();
    if (next === undefined) turns.busy -= 1;
    else next();
  }
}
