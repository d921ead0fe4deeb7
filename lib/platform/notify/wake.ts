import type pg from 'pg';
import { monotonicMs } from '../clock';
import { logger } from '../logger';
import { perProcess } from '../process-wide';
import { CHANNEL, connectDirectly, discard, type Wake } from './connection';

/** Notifying commits queue on one lock for the whole database, so a process says it at most this often. */
const SPACING_MS = 20;
/** After a failure, so that a database that is away is not asked fifty times a second. */
const PAUSE_MS = 1000;

interface Notifier {
  client: pg.Client | null;
  /** The NOTIFY that will cover every wake asked for until it is sent. */
  timer: NodeJS.Timeout | null;
  what: Wake;
  sending: Promise<void>;
  notBeforeMs: number;
}

const notifier = () =>
  perProcess<Notifier>('notifier', () => ({
    client: null,
    timer: null,
    what: 'events',
    sending: Promise.resolve(),
    notBeforeMs: 0,
  }));

/**
 * Tells every process that listens that events have been committed, and nothing else that a worker looks for. To be called after the
 * commit; returns at once and never fails the caller: many calls become one NOTIFY at most every 20 ms, and where it is lost the poll
 * finds what there is.
 */
export function wakeDispatcher(): void {
  wake('events');
}

/** As {@link wakeDispatcher}, where runs, tasks or flags may have something to do as well. */
export function wakeWorkers(): void {
  wake('all');
}

function wake(what: Wake): void {
  const state = notifier();
  if (what === 'all') state.what = 'all';
  if (state.timer !== null) return;
  const waitMs = Math.max(0, state.notBeforeMs - monotonicMs());
  state.timer = setTimeout(() => {
    state.timer = null;
    state.notBeforeMs = monotonicMs() + SPACING_MS;
    state.sending = state.sending.then(() => send(state));
  }, waitMs);
  state.timer.unref();
}

async function send(state: Notifier): Promise<void> {
  const { what } = state;
  state.what = 'events';
  try {
    state.client ??= await connect(state);
    await state.client.query('SELECT pg_notify($1, $2)', [CHANNEL, what]);
  } catch (error) {
    logger().debug({ err: error }, 'a wake-up was not sent; the poll will find what there is');
    state.notBeforeMs = monotonicMs() + PAUSE_MS;
    drop(state);
  }
}

async function connect(state: Notifier): Promise<pg.Client> {
  const client = await connectDirectly('countersign-notify', () => drop(state));
  // It must not keep a process alive that has nothing else to do. (`unref` is missing in the package's types.)
  (client as pg.Client & { unref(): void }).unref();
  return client;
}

function drop(state: Notifier): void {
  if (state.client === null) return;
  discard(state.client);
  state.client = null;
}

/** Sends what was asked for and closes the connection; for shutdown and tests. A later wake opens it again. */
export async function closeNotifier(): Promise<void> {
  const state = notifier();
  if (state.timer !== null) {
    clearTimeout(state.timer);
    state.timer = null;
    state.sending = state.sending.then(() => send(state));
  }
  await state.sending;
  drop(state);
}
