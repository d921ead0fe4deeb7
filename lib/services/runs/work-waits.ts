import { AppError } from '@/lib/domain/errors';
import { listenForWakes } from '@/lib/platform/notify';
import { perProcess } from '@/lib/platform/process-wide';

/** The poll is the guarantee; a notice only makes it sooner. */
const POLL_MS = 1000;
/** However much is committed, each one that waits asks at most this often. */
const SPACING_MS = 50;
const MAX_PER_CREDENTIAL = 100;

const waits = () =>
  perProcess('work-waits', () => ({
    open: new Set<() => void>(),
    byCredential: new Map<string, number>(),
    ended: false,
  }));

/**
 * Waits until there may be work: something was committed somewhere, or a second has passed.
 * @returns whether it is worth asking: false when the caller has gone or this process stops.
 * @throws AppError `request/too-many-waits` when this credential has 100 calls waiting in this process already.
 */
export async function waitForWork(credential: string, atMostMs: number, signal: AbortSignal): Promise<boolean> {
  const state = waits();
  if (state.ended || signal.aborted) return false;
  const taken = state.byCredential.get(credential) ?? 0;
  if (taken >= MAX_PER_CREDENTIAL) {
    throw new AppError('request/too-many-waits', {
      detail: `At most ${MAX_PER_CREDENTIAL} calls of one credential wait at the same time.`,
      retryAfterSeconds: 1,
    });
  }
  state.byCredential.set(credential, taken + 1);
  try {
    await nextSign(state.open, atMostMs, signal);
  } finally {
    const left = (state.byCredential.get(credential) ?? 1) - 1;
    if (left > 0) state.byCredential.set(credential, left);
    else state.byCredential.delete(credential);
  }
  return !state.ended && !signal.aborted;
}

function nextSign(open: Set<() => void>, atMostMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let spaced: NodeJS.Timeout | null = null;
    const end = () => {
      clearTimeout(timer);
      if (spaced !== null) clearTimeout(spaced);
      signal.removeEventListener('abort', end);
      open.delete(end);
      stopListening();
      resolve();
    };
    const timer = setTimeout(end, Math.min(atMostMs, POLL_MS));
    const stopListening = listenForWakes(() => {
      spaced ??= setTimeout(end, SPACING_MS);
    });
    signal.addEventListener('abort', end, { once: true });
    open.add(end);
  });
}

/** Lets everybody who waits for work in this process go, and nobody wait any more: it stops. */
export function endWorkWaits(): void {
  const state = waits();
  state.ended = true;
  for (const end of [...state.open]) end();
}
