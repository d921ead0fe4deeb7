import ipaddr from 'ipaddr.js';
import { AppError } from '@/lib/domain/errors';
import { hmacHex } from '../crypto';
import { type AttemptLimits, beginAttempt, markAttemptSucceeded } from '../db/hot/login-attempts';
import { env } from '../env';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The more has failed, the longer the wait. An address stands for an office or a home, so it may fail more often than an account. */
const LIMITS: AttemptLimits = {
  account: [
    { failures: 10, withinSeconds: 15 * MINUTE },
    { failures: 20, withinSeconds: 2 * HOUR },
    { failures: 50, withinSeconds: 24 * HOUR },
  ],
  address: [
    { failures: 50, withinSeconds: 15 * MINUTE },
    { failures: 200, withinSeconds: 4 * HOUR },
  ],
};
const NO_LIMITS: AttemptLimits = { account: [], address: [] };

/**
 * Takes down an attempt to prove who one is, by account (`who`, in any case) and address, as failed until it is marked otherwise.
 * Whether the account exists makes no difference. What was typed is kept only as an HMAC: people type passwords into the wrong field.
 * @throws AppError `auth/throttled` with the wait in seconds, unless RATE_LIMIT_ENABLED is off.
 */
export async function beginLogin(
  who: string,
  address: string | null,
): Promise<{ at: Date; succeeded: () => Promise<void> }> {
  const account = hmacHex('login-account', who.trim().toLowerCase());
  const limits = env().RATE_LIMIT_ENABLED ? LIMITS : NO_LIMITS;
  const attempt = await beginAttempt(account, address === null ? null : networkOf(address), limits);
  if ('retryAfterSeconds' in attempt) throw new AppError('auth/throttled', attempt);
  return { at: attempt.at, succeeded: () => markAttemptSucceeded(attempt.attemptId) };
}

/** The address that counts: of IPv6 the /64 network, because one connection owns all of it. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64);
  const parsed = ipaddr.process(address.split('%')[0] ?? address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
