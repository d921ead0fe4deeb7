import type pg from 'pg';
import { logger } from '../logger';
import { perProcess } from '../process-wide';
import { CHANNEL, connectDirectly, discard, type Wake } from './connection';

const RECONNECT_MS = [100, 250, 500, 1000, 2000, 5000];
/** A connection that died without a word is found out this late; until then the poll is the guarantee. */
const HEARTBEAT_MS = 15_000;

interface Listener {
  callbacks: Set<(what: Wake) => void>;
  client: pg.Client | null;
  heartbeat: NodeJS.Timeout | null;
  retry: NodeJS.Timeout | null;
  failures: number;
}

const listener = () =>
  perProcess<Listener>('wake-listener', () => ({
    callbacks: new Set(),
    client: null,
    heartbeat: null,
    retry: null,
    failures: 0,
  }));

/**
 * Calls back whenever some process has committed something worth looking at, and after each (re)connection, since what was said
 * meanwhile was missed. One connection per process, opened again by itself; a wake-up can still be lost, so poll too.
 * @returns a function that ends the subscription; the last one closes the connection.
 */
export function listenForWakes(onWake: (what: Wake) => void): () => void {
  const state = listener();
  const callback = (what: Wake) => onWake(what);
  state.callbacks.add(callback);
  if (state.callbacks.size === 1) void connect(state);
  return () => {
    if (state.callbacks.delete(callback) && state.callbacks.size === 0) disconnect(state);
  };
}

async function connect(state: Listener): Promise<void> {
  let client: pg.Client | null = null;
  const lost = () => {
    if (client !== null && state.client === client) reconnect(state);
  };
  try {
    client = await connectDirectly('countersign-listen', lost);
    if (state.callbacks.size === 0 || state.client !== null) return discard(client);
    state.client = client;
    client.on('notification', ({ payload }) => tell(state, payload === 'events' ? 'events' : 'all'));
    await client.query(`LISTEN ${CHANNEL}`);
    state.failures = 0;
    state.heartbeat = setInterval(() => void client?.query('SELECT 1').catch(lost), HEARTBEAT_MS);
    state.heartbeat.unref();
    tell(state, 'all');
  } catch (error) {
    logger().warn({ err: error }, 'not listening for wake-ups; polling meanwhile');
    if (client === null || state.client === client) reconnect(state);
  }
}

function reconnect(state: Listener): void {
  disconnect(state);
  if (state.callbacks.size === 0) return;
  const pauseMs = RECONNECT_MS[Math.min(state.failures, RECONNECT_MS.length - 1)] ?? 0;
  state.failures += 1;
  state.retry = setTimeout(() => {
    state.retry = null;
    void connect(state);
  }, pauseMs);
}

function disconnect(state: Listener): void {
  if (state.retry !== null) clearTimeout(state.retry);
  if (state.heartbeat !== null) clearInterval(state.heartbeat);
  state.retry = null;
  state.heartbeat = null;
  if (state.client !== null) discard(state.client);
  state.client = null;
}

function tell(state: Listener, what: Wake): void {
  for (const callback of state.callbacks) {
    try {
      callback(what);
    } catch (error) {
      logger().error({ err: error }, 'a listener failed');
    }
  }
}
