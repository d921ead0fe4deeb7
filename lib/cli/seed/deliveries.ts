import { claimDeliveries } from '@/lib/platform/db/worker';
import type { GuardedClient, PostResult } from '@/lib/platform/http-client';
import { dispatchPending } from '@/lib/services/dispatch';
import { attemptDelivery, recordOutcome } from '@/lib/services/webhooks';

type Receiver = Pick<GuardedClient, 'post'>;

const BUSY: PostResult = { answered: true, status: 503, retryAfter: null, head: 'Deploying', latencyMs: 41 };
const AWAY: PostResult = { answered: false, timedOut: true, error: 'No answer within 10 s', latencyMs: 10_000 };

/** A receiver as they are: it answers most of the time, is busy now and then, and once was away for longer than anybody tries. */
export function aReceiver(): Receiver {
  const triesOf = new Map<string, number>();
  let heard = 0;
  return {
    post: async (_url, { body }) => {
      const tries = triesOf.get(body) ?? 0;
      if (tries === 0) heard++;
      triesOf.set(body, tries + 1);
      if (heard === 11) return AWAY;
      if (tries === 0 && heard % 7 === 4) return BUSY;
      return { answered: true, status: 204, retryAfter: null, head: '', latencyMs: 60 + ((heard * 37) % 180) };
    },
  };
}

interface Deliveries {
  receiver: Receiver;
  setClock: (at: Date) => Promise<void>;
  /** What the held clock says. */
  from: Date;
  until: Date;
}

/** Sends what is due until `until`, the way the worker does it, moving the clock from one attempt to the next. */
export async function deliverUntil({ receiver, setClock, from, until }: Deliveries): Promise<void> {
  await dispatchPending();
  let at = from;
  for (;;) {
    const { claimed, nextDueMs } = await claimDeliveries({ limit: 50, perLane: 50, inFlight: {}, leaseMs: 15_000 });
    for (const delivery of claimed) {
      const attempted = await attemptDelivery(delivery, receiver, AbortSignal.timeout(15_000));
      if (!(await recordOutcome(delivery, attempted))) throw new Error('A claim of the seed was lost');
    }
    if (claimed.length > 0) continue;
    const next = nextDueMs === null ? null : new Date(at.getTime() + Math.ceil(nextDueMs));
    if (next === null || next > until) return;
    at = next;
    await setClock(at);
  }
}
