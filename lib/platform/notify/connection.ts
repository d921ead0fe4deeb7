import pg from 'pg';
import { env } from '../env';

/** The channel on which processes say that there is something to look at. What there is, the tables know. */
export const CHANNEL = 'countersign_wake';

/**
 * Where to look: `events` where nothing but events to dispatch was committed, which is what most commits are; `all` otherwise, and
 * whenever somebody else notifies.
 */
export type Wake = 'events' | 'all';

const PATIENCE_MS = 2000;

/**
 * A connection of its own for LISTEN or NOTIFY, directly to the server where the others go through a pooler. `lost` is called once when
 * it breaks.
 */
export async function connectDirectly(name: string, lost: () => void): Promise<pg.Client> {
  const { DATABASE_LISTEN_URL, DATABASE_URL } = env();
  const client = new pg.Client({
    connectionString: DATABASE_LISTEN_URL ?? DATABASE_URL,
    application_name: name,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    keepAlive: true,
  });
  // Both are said when a connection breaks; the second one changes nothing.
  client.on('error', lost);
  client.on('end', lost);
  await client.connect();
  return client;
}

/** Ends a connection that may be broken already. */
export function discard(client: pg.Client): void {
  client.removeAllListeners();
  client.on('error', () => {});
  client.end().catch(() => {});
}
