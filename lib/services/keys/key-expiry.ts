import { AppError } from '@/lib/domain/errors';

/** PostgreSQL and RFC 3339 both end here. */
const LAST_YEAR = 9999;

/**
 * When a new key ends: as asked, and no later than the key that makes it, or a key could make itself last longer by making another.
 * @param asked RFC 3339, or null for as long as possible.
 * @param makerExpiresAt when the key that asks ends; null when it does not, or when a person asks.
 * @throws AppError `input/invalid` unless it lies in the future, `access/exceeds-own` when it is later than its maker's.
 */
export function keyExpiry(asked: string | null, makerExpiresAt: Date | null, now: Date): Date | null {
  if (asked === null) return makerExpiresAt;
  const at = new Date(asked);
  if (Number.isNaN(at.getTime()) || at.getUTCFullYear() > LAST_YEAR || at <= now) {
    throw new AppError('input/invalid', { errors: [{ pointer: '/expires_at', detail: 'Must lie in the future' }] });
  }
  if (makerExpiresAt !== null && at > makerExpiresAt) {
    throw new AppError('access/exceeds-own', {
      detail: `A key cannot make one that outlives it: at most ${makerExpiresAt.toISOString()}.`,
    });
  }
  return at;
}
