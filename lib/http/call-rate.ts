import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { monotonicMs } from '@/lib/platform/clock';
import { env } from '@/lib/platform/env';
import { perProcess } from '@/lib/platform/process-wide';

/** How often one credential may call: so many at once, and then so many a second. */
export interface CallRate {
  perSecond: number;
  atOnce: number;
}

/** Of each credential that has called lately: when it may call as often as ever again. The one that called last stands last. */
export type Allowances = Map<string, number>;

/** Agents wait in calls of 45 seconds, a hundred at a time: they stay far below it, and a loop that has gone wrong does not. */
const MCP_MESSAGES: CallRate = { perSecond: 10, atOnce: 120 };

/**
 * Takes a message of this credential, in this process.
 * @throws AppError `mcp/too-many-messages` with the wait in seconds when it has sent too many, unless RATE_LIMIT_ENABLED is off.
 */
export function admitMcpMessage({ keyId, userId }: Pick<Actor, 'keyId' | 'userId'>): void {
  if (!env().RATE_LIMIT_ENABLED) return;
  const allowances = perProcess<Allowances>('mcp-messages', () => new Map());
  const waitMs = takeCall(allowances, keyId ?? userId ?? '', monotonicMs(), MCP_MESSAGES);
  if (waitMs === 0) return;
  const { perSecond, atOnce } = MCP_MESSAGES;
  throw new AppError('mcp/too-many-messages', {
    detail: `At most ${perSecond} messages a second, and ${atOnce} at once, are taken of one credential.`,
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  });
}

/**
 * Takes a call, or says after how many milliseconds it would be taken; 0 is taken. What is refused counts for nothing. The generic cell
 * rate algorithm: one number for each credential, forgotten once it says nothing any more.
 */
export function takeCall(allowances: Allowances, credential: string, nowMs: number, rate: CallRate): number {
  const spacingMs = 1000 / rate.perSecond;
  const wholeAtMs = Math.max(allowances.get(credential) ?? 0, nowMs) + spacingMs;
  const earlyMs = wholeAtMs - nowMs - rate.atOnce * spacingMs;
  if (earlyMs > 0) return earlyMs;
  allowances.delete(credential);
  allowances.set(credential, wholeAtMs);
  forgetQuiet(allowances, nowMs);
  return 0;
}

/** Looks at those that have been quiet for longest only, so that many cost no more than few. */
function forgetQuiet(allowances: Allowances, nowMs: number): void {
  for (const [credential, wholeAtMs] of allowances) {
    if (wholeAtMs > nowMs) return;
    allowances.delete(credential);
  }
}
