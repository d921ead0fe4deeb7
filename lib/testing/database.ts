import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** The owner's connection, as DATABASE_URL would name it. */
  url: string;
  /** Removes the database, whoever is still connected. */
  drop: () => Promise<void>;
}

/**
 * A migrated, empty database of its own: one per test file, made in `beforeAll` and dropped in `afterAll`. It is a copy of the
 * run's template, which takes a fraction of a second. The database roles are the server's, and so shared by all of them.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `countersign_test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${inject('testTemplate')}`);
  const url = new URL(inject('testServerUrl'));
  url.pathname = name;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('testServerUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
