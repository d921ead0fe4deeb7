import { monotonicMs } from '@/lib/platform/clock';
import { type ClaimedDelivery, claimDeliveries, releaseDeliveries } from '@/lib/platform/db/worker';
import type { GuardedClient } from '@/lib/platform/http-client';
import { logger } from '@/lib/platform/logger';
import { metrics } from '@/lib/platform/metrics';
import { type Attempted, attemptDelivery, recordOutcome } from './attempt';

export interface DelivererOptions {
  client: Pick<GuardedClient, 'post'>;
  /** Attempts at once, in all and in one lane. */
  limit?: number;
  perLane?: number;
  /** Longer than an attempt and its recording take; what a dead worker held is taken over after it. */
  leaseMs?: number;
  /** How often to look though nothing said that there is something. */
  pollMs?: number;
}

export interface Deliverer {
  /** Looks for what is due, now. */
  poke: () => void;
  /** Claims nothing more, lets what is under way finish for so long, and gives back the rest. */
  stop: (graceMs: number) => Promise<void>;
}

const RECORD_PAUSES_MS = [100, 250, 500, 1000, 2000, 4000];
/** Lanes remembered as slow; more than that at once are not worth the memory. */
const MAX_SLOW_LANES = 10_000;

interface State {
  options: Required<DelivererOptions>;
  attempts: Set<Promise<void>>;
  perLane: Map<string, number>;
  /** Lanes whose last attempt ran into the time limit: they get one attempt at a time until they answer again. */
  slow: Set<string>;
  /** Claims that this process will not finish, to be given back when it stops. */
  givenUp: ClaimedDelivery[];
  timer: NodeJS.Timeout | null;
  /** The look that is under way, if any. */
  looking: Promise<void> | null;
  again: boolean;
  stopped: boolean;
  abort: AbortController;
}

/**
 * Attempts deliveries when they are due: woken by whoever makes one due now, else by a timer for the next one, else by a poll. Any number
 * of them, in any number of processes, share the work.
 */
export function startDeliverer(options: DelivererOptions): Deliverer {
  const state: State = {
    options: { limit: 256, perLane: 8, leaseMs: 15_000, pollMs: 500, ...options },
    attempts: new Set(),
    perLane: new Map(),
    slow: new Set(),
    givenUp: [],
    timer: null,
    looking: null,
    again: false,
    stopped: false,
    abort: new AbortController(),
  };
  look(state);
  return { poke: () => look(state), stop: (graceMs) => stop(state, graceMs) };
}

function look(state: State): void {
  if (state.stopped) return;
  if (state.looking !== null) {
    state.again = true;
    return;
  }
  if (state.timer !== null) clearTimeout(state.timer);
  state.looking = claimWhileAsked(state).then((waitMs) => {
    state.looking = null;
    if (!state.stopped) state.timer = setTimeout(() => look(state), waitMs);
  });
}

async function claimWhileAsked(state: State): Promise<number> {
  try {
    for (;;) {
      state.again = false;
      const waitMs = await claimAndStart(state);
      if (!state.again || state.stopped) return waitMs;
    }
  } catch (error) {
    logger().warn({ err: error }, 'deliveries could not be claimed; trying again');
    return state.options.pollMs;
  }
}

/** Starts what is due as far as there is room; the milliseconds until there is reason to look again. */
async function claimAndStart(state: State): Promise<number> {
  const { limit, perLane, leaseMs, pollMs } = state.options;
  const room = limit - state.attempts.size;
  // When one ends, that is a reason to look.
  if (room <= 0) return pollMs;
  const inFlight: Record<string, number> = Object.fromEntries(state.perLane);
  for (const lane of state.slow) inFlight[lane] = (inFlight[lane] ?? 0) + perLane - 1;
  const claimedAtMs = monotonicMs();
  const { claimed, nextDueMs } = await claimDeliveries({ limit: room, perLane, inFlight, leaseMs });
  if (state.stopped) state.givenUp.push(...claimed);
  else for (const delivery of claimed) start(state, delivery, claimedAtMs + leaseMs);
  return nextDueMs === null ? pollMs : Math.min(pollMs, Math.ceil(nextDueMs) + 1);
}

function start(state: State, delivery: ClaimedDelivery, leaseEndMs: number): void {
  state.perLane.set(delivery.lane, (state.perLane.get(delivery.lane) ?? 0) + 1);
  const attempt = deliver(state, delivery, leaseEndMs)
    .catch((error: unknown) => logger().error({ err: error, delivery_id: delivery.delivery_id }, 'an attempt failed'))
    .then(() => {
      const left = (state.perLane.get(delivery.lane) ?? 1) - 1;
      if (left > 0) state.perLane.set(delivery.lane, left);
      else state.perLane.delete(delivery.lane);
      state.attempts.delete(attempt);
      look(state);
    });
  state.attempts.add(attempt);
}

async function deliver(state: State, delivery: ClaimedDelivery, leaseEndMs: number): Promise<void> {
  const startedMs = monotonicMs();
  const attempted = await attemptDelivery(delivery, state.options.client, state.abort.signal);
  if (state.abort.signal.aborted && attempted.result.status !== 'delivered') {
    state.givenUp.push(delivery);
    return;
  }
  rememberPace(state, delivery.lane, attempted.timedOut);
  const recorded = await record(delivery, attempted, startedMs, leaseEndMs);
  if (recorded) count(delivery, attempted);
  else logger().warn({ delivery_id: delivery.delivery_id }, 'somebody else has this delivery by now; result refused');
}

function rememberPace(state: State, lane: string, timedOut: boolean): void {
  if (!timedOut) state.slow.delete(lane);
  else if (state.slow.size < MAX_SLOW_LANES) state.slow.add(lane);
}

/** Records the result, again and again while the lease lasts: a database that is away for a moment must not make a receiver hear twice. */
async function record(
  delivery: ClaimedDelivery,
  attempted: Attempted,
  startedMs: number,
  leaseEndMs: number,
): Promise<boolean> {
  for (let tries = 0; ; tries++) {
    const { result } = attempted;
    if (result.attempt !== null) result.attempt.elapsed_ms = Math.round(monotonicMs() - startedMs);
    try {
      return await recordOutcome(delivery, attempted);
    } catch (error) {
      const pauseMs = RECORD_PAUSES_MS[Math.min(tries, RECORD_PAUSES_MS.length - 1)] ?? 0;
      if (monotonicMs() + pauseMs >= leaseEndMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function count(delivery: ClaimedDelivery, { result }: Attempted): void {
  const { deliveries, deliverySeconds } = metrics();
  deliveries.inc({ outcome: result.status });
  if (result.attempt !== null) deliverySeconds.observe({ outcome: result.status }, result.attempt.latency_ms / 1000);
  const line = { delivery_id: delivery.delivery_id, endpoint_id: delivery.endpoint_id, error: result.error };
  if (result.status === 'dead') logger().warn(line, 'a delivery is dead: nothing more will be tried by itself');
  else logger().debug({ ...line, status: result.status }, 'attempted');
}

async function stop(state: State, graceMs: number): Promise<void> {
  state.stopped = true;
  if (state.timer !== null) clearTimeout(state.timer);
  const giveUp = setTimeout(() => state.abort.abort(), graceMs);
  await state.looking;
  await Promise.all(state.attempts);
  clearTimeout(giveUp);
  if (state.givenUp.length > 0) await releaseDeliveries(state.givenUp);
}
