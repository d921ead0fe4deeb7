/**
 * Applies `prisma/migrations` and keeps Prisma's own records, so that `prisma migrate deploy` stays usable at any time.
 * It exists because Prisma's command downloads a binary for this, and a start must need nothing but the package registry.
 * Self-contained on purpose: `npm start` runs it as it is, before anything has been generated or built.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { fitFeedNumbers } from './feed-numbers.ts';

interface MigrateOptions {
  /** The owner's connection. Not through a pooler that shares sessions within a transaction. */
  url: string;
  /** The folder of migrations: one folder each with a `migration.sql`, applied in the order of their names. */
  dir: string;
  log?: (line: string) => void;
}

interface Migration {
  name: string;
  sql: string;
}

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  logs: string | null;
}

/** The key of Prisma's advisory lock (schema-engine, `acquire_advisory_lock`). */
const PRISMA_LOCK = 72707369;

/** Exactly Prisma's (schema-engine, `create_migrations_table`). */
const CREATE_TABLE = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies what is pending and returns its names, and lets the feed's numbers go on where a restore has left them. Each migration is one transaction together with its record, so a failed
 * one leaves nothing behind. Two processes may do this at once: each migration is applied by one of them.
 * Throws when an applied migration was edited since, when Prisma recorded a failed one, or when the SQL fails.
 */
export async function migrate({ url, dir, log = () => {} }: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(dir);
  return withClient(url, async (client) => {
    const applied: string[] = [];
    for (;;) {
      const name = await applyNext(client, migrations);
      if (name === null) break;
      log(`Applied migration ${name}`);
      applied.push(name);
    }
    await locked(client, () => fitFeedNumbers(client, log));
    return applied;
  });
}

/** The names of the migrations that {@link migrate} would apply, oldest first. Throws where it would refuse. */
export async function pendingMigrations({ url, dir }: Pick<MigrateOptions, 'url' | 'dir'>): Promise<string[]> {
  const migrations = await readMigrations(dir);
  return withClient(url, async (client) => {
    const table = await client.query<{ oid: string | null }>(`SELECT to_regclass('_prisma_migrations') AS oid`);
    const rows = table.rows[0]?.oid ? await readRows(client) : [];
    return findPending(migrations, rows).map((migration) => migration.name);
  });
}

/** One migration, or null when none is pending. */
function applyNext(client: pg.Client, migrations: Migration[]): Promise<string | null> {
  return locked(client, async () => {
    await client.query(CREATE_TABLE);
    const migration = findPending(migrations, await readRows(client))[0];
    if (migration) await apply(client, migration);
    return migration?.name ?? null;
  });
}

/** One transaction under Prisma's lock, which ends with it, whatever happens. */
async function locked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0`);
    await client.query(`SELECT pg_advisory_xact_lock(${PRISMA_LOCK})`);
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

async function apply(client: pg.Client, { name, sql }: Migration): Promise<void> {
  const startedAt = new Date();
  const before = await client.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
  try {
    await client.query(sql);
  } catch (error) {
    throw new Error(`Migration ${name} failed: ${describe(error, sql)}. Nothing of it was kept.`, { cause: error });
  }
  const after = await client.query<{ xid: string | null }>('SELECT pg_current_xact_id_if_assigned()::text AS xid');
  if (after.rows[0]?.xid !== before.rows[0]?.xid) {
    throw new Error(`Migration ${name} ends the transaction it runs in; take its BEGIN, COMMIT or ROLLBACK out.`);
  }
  // A migration may have set the search path, and the record has to land where the next start will look for it.
  await client.query('RESET search_path');
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
    [randomUUID(), checksum(sql), name, startedAt],
  );
}

function findPending(migrations: Migration[], rows: Row[]): Migration[] {
  const failed = rows.find((row) => row.finished_at === null);
  if (failed) {
    throw new Error(
      `Migration ${failed.migration_name} is recorded as failed${failed.logs ? `: ${failed.logs}` : ''}. Repair the ` +
        `database, then mark it with \`prisma migrate resolve --applied|--rolled-back ${failed.migration_name}\`.`,
    );
  }
  const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]));
  for (const migration of migrations) {
    const recorded = applied.get(migration.name);
    if (recorded === undefined || matches(migration.sql, recorded)) continue;
    throw new Error(
      `Migration ${migration.name} was edited after it had been applied here. Restore the file, and put the change into a ` +
        'migration of its own.',
    );
  }
  return migrations.filter((migration) => !applied.has(migration.name));
}

async function readRows(client: pg.Client): Promise<Row[]> {
  const result = await client.query<Row>(
    `SELECT migration_name, checksum, finished_at, logs FROM _prisma_migrations
     WHERE rolled_back_at IS NULL ORDER BY started_at`,
  );
  return result.rows;
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, sql: await readFile(path.join(dir, name, 'migration.sql'), 'utf8') })),
  );
}

/** Like Prisma, a checkout that changed the line endings does not count as an edit. */
function matches(sql: string, recorded: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksum(text) === recorded);
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

function describe(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error);
  const line = error.position ? ` at line ${sql.slice(0, Number(error.position)).split('\n').length}` : '';
  return `${error.message}${line} (${error.code})${error.detail ? `; ${error.detail}` : ''}`;
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'countersign-migrate' });
  // A connection that breaks between two statements reports it here; the next statement then rejects with the reason.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
