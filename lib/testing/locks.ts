/** Transactions that a test holds open, and the moment at which others wait for them: how races are arranged without sleeping. */
import pg from 'pg';
import { expect, vi } from 'vitest';
import { env } from '@/lib/platform/env';
import type { Sql } from './people';

/** A transaction of the test's own. */
export interface Held {
  run: (text: string, values?: unknown[]) => Promise<void>;
  commit: () => Promise<void>;
  rollback: () => Promise<void>;
}

/** Begins a transaction as the owner and runs a first statement in it; what that locks is held until it ends. */
export async function hold(text: string, values: unknown[] = []): Promise<Held> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  const end = async (statement: 'COMMIT' | 'ROLLBACK') => {
    await client.query(statement);
    await client.end();
  };
  await client.query('BEGIN');
  await client.query(text, values);
  return {
    run: async (statement, parameters = []) => void (await client.query(statement, parameters)),
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
  };
}

/** Resolves when so many statements in this test's database wait for a lock. */
export async function waitersFor(sql: Sql, count = 1): Promise<void> {
  await vi.waitFor(
    async () => {
      const [row] = await sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(row?.n).toBe(count);
    },
    { timeout: 1400, interval: 5 },
  );
}
