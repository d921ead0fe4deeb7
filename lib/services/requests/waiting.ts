import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { monotonicMs } from '@/lib/platform/clock';
import { type Awaited, findSettled } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { listenForWakes } from '@/lib/platform/notify';
import { perProcess } from '@/lib/platform/process-wide';

/** The poll is the guarantee; a notice only makes it sooner. */
const POLL_MS = 1000;
/** However much is committed, what is waited for is asked for at most this often. */
const SPACING_MS = 50;
/** How many calls of one credential may wait in one process at the same time. */
const MAX_PER_CREDENTIAL = 100;
/** Who waits for whatever comes next looks for itself, so fewer of them may. */
const MAX_FOLLOWERS = 20;

interface Watch {
  /** Who waits, by tenant and request. */
  waiters: Map<string, { awaited: Awaited; release: Set<() => void> }>;
  byCredential: Map<string, number>;
  /** Who waits for the next commit, whatever it is, and how many of them each credential has. */
  followers: Set<() => void>;
  followersByCredential: Map<string, number>;
  /** Ends the subscription and the poll; null while nobody waits. */
  stop: (() => void) | null;
  timer: NodeJS.Timeout | null;
  asking: boolean;
  /** Something was committed after the question that is under way was asked. */
  askAgain: boolean;
  notBeforeMs: number;
  ended: boolean;
}

const watch = () =>
  perProcess<Watch>('request-watch', () => ({
    waiters: new Map(),
    byCredential: new Map(),
    followers: new Set(),
    followersByCredential: new Map(),
    stop: null,
    timer: null,
    asking: false,
    askAgain: false,
    notBeforeMs: 0,
    ended: false,
  }));

/**
 * Resolves when the request is resolved or gone, after `timeoutMs`, when the signal aborts, or when this process stops, whichever comes
 * first. Everybody who waits in this process shares one question to the database, asked after what was committed at most every 50 ms, and
 * every second.
 * @throws AppError `request/too-many-waits` when this credential has 100 calls waiting in this process already.
 */
export async function waitUntilSettled(
  actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
  requestId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const state = watch();
  if (state.ended || signal.aborted) return;
  const leave = takeSeat(state.byCredential, actor, MAX_PER_CREDENTIAL);
  try {
    await new Promise<void>((resolve) => {
      const release = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', release);
        remove(state, { tenantId: actor.tenantId, requestId }, release);
        resolve();
      };
      const timer = setTimeout(release, timeoutMs);
      signal.addEventListener('abort', release, { once: true });
      add(state, { tenantId: actor.tenantId, requestId }, release);
    });
  } finally {
    leave();
  }
}

/** Answers everybody who waits in this process with what there is, and lets nobody wait any more: it stops. */
export function endWaits(): void {
  const state = watch();
  state.ended = true;
  for (const { release } of [...state.waiters.values()]) for (const each of [...release]) each();
  for (const release of [...state.followers]) release();
}

/** Waits for whatever is committed next. */
export interface CommitWatch {
  /**
   * Resolves when some process has committed something since the last call, but not before `restMs`; or after `timeoutMs`, which is the
   * guarantee, since a notice can be lost. False when nobody is left to look for: the signal was aborted, or this process stops.
   */
  next: (timeoutMs: number, restMs: number) => Promise<boolean>;
  /** To be called when it is over. */
  leave: () => void;
}

/**
 * Lets a call of this credential wait for what comes next.
 * @throws AppError `request/too-many-waits` when it has 20 such calls in this process already.
 */
export function watchCommits(actor: Pick<Actor, 'keyId' | 'userId'>, signal: AbortSignal): CommitWatch {
  const state = watch();
  const giveBack = takeSeat(state.followersByCredential, actor, MAX_FOLLOWERS);
  let committed = false;
  let tell = () => {};
  const unsubscribe = listenForWakes(() => {
    committed = true;
    tell();
  });
  return {
    next: async (timeoutMs, restMs) => {
      const startedMs = monotonicMs();
      await new Promise<void>((resolve) => {
        if (state.ended || signal.aborted) return resolve();
        let rest: NodeJS.Timeout | undefined;
        const release = () => {
          clearTimeout(timer);
          clearTimeout(rest);
          signal.removeEventListener('abort', release);
          state.followers.delete(release);
          tell = () => {};
          resolve();
        };
        const timer = setTimeout(release, timeoutMs);
        tell = () => {
          rest ??= setTimeout(release, Math.max(0, restMs - (monotonicMs() - startedMs)));
        };
        signal.addEventListener('abort', release, { once: true });
        state.followers.add(release);
        if (committed) tell();
      });
      committed = false;
      return !state.ended && !signal.aborted;
    },
    leave: () => {
      unsubscribe();
      giveBack();
    },
  };
}

function takeSeat(
  byCredential: Map<string, number>,
  { keyId, userId }: Pick<Actor, 'keyId' | 'userId'>,
  most: number,
): () => void {
  const credential = keyId ?? userId ?? '';
  const taken = byCredential.get(credential) ?? 0;
  if (taken >= most) {
    throw new AppError('request/too-many-waits', {
      detail: `At most ${most} calls of one credential wait at the same time.`,
      retryAfterSeconds: 1,
    });
  }
  byCredential.set(credential, taken + 1);
  return () => {
    const left = (byCredential.get(credential) ?? 1) - 1;
    if (left > 0) byCredential.set(credential, left);
    else byCredential.delete(credential);
  };
}

const keyOf = ({ tenantId, requestId }: Awaited): string => `${tenantId} ${requestId}`;

function add(state: Watch, awaited: Awaited, release: () => void): void {
  const waiter = state.waiters.get(keyOf(awaited)) ?? { awaited, release: new Set() };
  waiter.release.add(release);
  state.waiters.set(keyOf(awaited), waiter);
  state.stop ??= start(state);
  // It may have been resolved since it was read, and that notice is gone.
  schedule(state);
}

function remove(state: Watch, awaited: Awaited, release: () => void): void {
  const waiter = state.waiters.get(keyOf(awaited));
  if (waiter === undefined) return;
  waiter.release.delete(release);
  if (waiter.release.size === 0) state.waiters.delete(keyOf(awaited));
  if (state.waiters.size > 0) return;
  state.stop?.();
  state.stop = null;
}

function start(state: Watch): () => void {
  const unsubscribe = listenForWakes(() => schedule(state));
  const poll = setInterval(() => schedule(state), POLL_MS);
  return () => {
    unsubscribe();
    clearInterval(poll);
    if (state.timer !== null) clearTimeout(state.timer);
    state.timer = null;
  };
}

function schedule(state: Watch): void {
  state.askAgain = state.asking;
  if (state.asking || state.timer !== null) return;
  state.timer = setTimeout(
    () => {
      state.timer = null;
      void ask(state);
    },
    Math.max(0, state.notBeforeMs - monotonicMs()),
  );
}

async function ask(state: Watch): Promise<void> {
  state.asking = true;
  state.notBeforeMs = monotonicMs() + SPACING_MS;
  try {
    const settled = await findSettled([...state.waiters.values()].map(({ awaited }) => awaited));
    for (const each of settled) for (const release of [...(state.waiters.get(keyOf(each))?.release ?? [])]) release();
  } catch (error) {
    logger().warn({ err: error }, 'what is waited for could not be read; the next poll asks again');
  } finally {
    state.asking = false;
    if (state.askAgain && state.waiters.size > 0) schedule(state);
    state.askAgain = false;
  }
}
