import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A database that exists for one piece of work, beside whatever else its server has. */
export interface ScratchDatabase {
  url: string;
  query: <Row extends object>(text: string, values?: unknown[]) => Promise<Row[]>;
  drop: () => Promise<void>;
}

/**
 * Makes an empty database on the server of `serverUrl`, whose login must be allowed to. What is in the server's other databases is never
 * looked at.
 */
export async function createScratchDatabase(serverUrl: string, purpose: string): Promise<ScratchDatabase> {
  const name = `countersign_${purpose}_${randomBytes(6).toString('hex')}`;
  await once(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = name;
  const pool = new pg.Pool({ connectionString: url.href, max: 1 });
  pool.on('error', () => {});
  return {
    url: url.href,
    query: async <Row extends object>(text: string, values?: unknown[]) => (await pool.query<Row>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await once(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function once(connectionString: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
