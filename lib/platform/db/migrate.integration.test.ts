import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { migrate, pendingMigrations } from './migrate';

const NOTES = 'CREATE TABLE notes (id int);\nINSERT INTO notes VALUES (1);\n';

let dir: string;
let url: string;
let name: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'countersign-migrations-'));
  name = `countersign_test_${crypto.randomUUID().replaceAll('-', '')}`;
  await onServer(`CREATE DATABASE ${name} TEMPLATE template0`);
  url = Object.assign(new URL(inject('testServerUrl')), { pathname: name }).href;
});

afterEach(async () => {
  await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
  await rm(dir, { recursive: true });
});

test('migrations are applied in the order of their names, once each', async () => {
  await write('0002_rows', 'INSERT INTO notes VALUES (2);');
  await write('0001_notes', NOTES);
  expect(await pendingMigrations({ url, dir })).toEqual(['0001_notes', '0002_rows']);
  expect(await migrate({ url, dir })).toEqual(['0001_notes', '0002_rows']);
  expect(await migrate({ url, dir })).toEqual([]);
  expect(await pendingMigrations({ url, dir })).toEqual([]);
  expect(await query('SELECT id FROM notes ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
});

test('the record is the one that Prisma keeps', async () => {
  await write('0001_notes', NOTES);
  await migrate({ url, dir });
  const columns = await query(
    `SELECT column_name, data_type, character_maximum_length AS length, is_nullable, column_default
     FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
  );
  expect(columns.map((column) => Object.values(column).join(' ').trim())).toEqual([
    'id character varying 36 NO',
    'checksum character varying 64 NO',
    'finished_at timestamp with time zone  YES',
    'migration_name character varying 255 NO',
    'logs text  YES',
    'rolled_back_at timestamp with time zone  YES',
    'started_at timestamp with time zone  NO now()',
    'applied_steps_count integer  NO 0',
  ]);
  const [row] = await query('SELECT * FROM _prisma_migrations');
  expect(row).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    checksum: createHash('sha256').update(NOTES).digest('hex'),
    finished_at: expect.any(Date),
    migration_name: '0001_notes',
    logs: null,
    rolled_back_at: null,
    started_at: expect.any(Date),
    applied_steps_count: 1,
  });
});

test('two starts at once apply every migration exactly once', async () => {
  for (let n = 1; n <= 6; n++) await write(`000${n}_step`, `CREATE TABLE step_${n} (); SELECT pg_sleep(0.02);`);
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate({ url, dir })));
  expect(applied.flat().sort()).toEqual(Array.from({ length: 6 }, (_, n) => `000${n + 1}_step`));
  expect(await query('SELECT count(*)::int AS n FROM _prisma_migrations')).toEqual([{ n: 6 }]);
});

test('a failed migration leaves nothing, says where it failed, and can be repaired and applied', async () => {
  await write('0001_notes', NOTES);
  await write('0002_broken', 'CREATE TABLE half ();\nSELECT nonsense;');
  await expect(migrate({ url, dir })).rejects.toThrow(
    'Migration 0002_broken failed: column "nonsense" does not exist at line 2 (42703). Nothing of it was kept.',
  );
  expect(await query(`SELECT to_regclass('half') AS half, count(*)::int AS n FROM _prisma_migrations`)).toEqual([
    { half: null, n: 1 },
  ]);
  await write('0002_broken', 'CREATE TABLE half ();');
  expect(await migrate({ url, dir })).toEqual(['0002_broken']);
});

test('an applied migration that was edited is refused, but not one whose line endings were', async () => {
  await write('0001_notes', NOTES);
  await migrate({ url, dir });
  await write('0001_notes', NOTES.replaceAll('\n', '\r\n'));
  expect(await migrate({ url, dir })).toEqual([]);
  await write('0001_notes', `${NOTES}-- and one more thing\n`);
  await expect(migrate({ url, dir })).rejects.toThrow('0001_notes was edited after it had been applied');
  await expect(pendingMigrations({ url, dir })).rejects.toThrow('0001_notes was edited after it had been applied');
});

test('a migration that Prisma recorded as failed stops the start until it is resolved', async () => {
  await write('0001_notes', NOTES);
  await migrate({ url, dir });
  await query(`UPDATE _prisma_migrations SET finished_at = NULL, logs = 'disk full'`);
  await expect(migrate({ url, dir })).rejects.toThrow('0001_notes is recorded as failed: disk full');
  await query('DROP TABLE notes; UPDATE _prisma_migrations SET rolled_back_at = now()');
  expect(await migrate({ url, dir })).toEqual(['0001_notes']);
});

test('a migration that ends its own transaction is refused', async () => {
  await write('0001_commit', 'CREATE TABLE kept (); COMMIT;');
  await expect(migrate({ url, dir })).rejects.toThrow('0001_commit ends the transaction it runs in');
});

test('a migration may change the search path', async () => {
  await write('0001_schema', `CREATE SCHEMA other; SET search_path = other; CREATE TABLE inside ();`);
  expect(await migrate({ url, dir })).toEqual(['0001_schema']);
  expect(await migrate({ url, dir })).toEqual([]);
});

async function write(migration: string, sql: string): Promise<void> {
  await mkdir(path.join(dir, migration), { recursive: true });
  await writeFile(path.join(dir, migration, 'migration.sql'), sql);
}

function query(sql: string): Promise<Record<string, unknown>[]> {
  return runOn(url, sql);
}

async function onServer(sql: string): Promise<void> {
  await runOn(inject('testServerUrl'), sql);
}

async function runOn(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
