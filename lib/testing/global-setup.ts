/**
 * Once per run of a project with a database: a server, and on it one migrated template that every test database is a copy of.
 * TEST_DATABASE_URL names a running server (as somebody who may create databases and roles); otherwise an embedded one is
 * used, which several runs share and the last one stops.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '@/lib/platform/db/migrate';
import { instanceId } from '@/scripts/instance';
import { dataDir, MIGRATIONS } from '@/scripts/layout';
import { openCluster } from '@/scripts/postgres';

declare module 'vitest' {
  interface ProvidedContext {
    /** A URL of the server's maintenance database, as a superuser. */
    testServerUrl: string;
    testTemplate: string;
  }
}

/** Names the connection that each run holds, by which runs know of each other. */
const PRESENCE = 'countersign-test-run';
/** Held while the template is made and while leftovers are removed. Any number that nobody else uses. */
const TEMPLATE_LOCK = 4_021_976;

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const external = process.env.TEST_DATABASE_URL;
  const cluster = external ? null : await openTestCluster();
  const serverUrl = external ?? cluster?.url('postgres') ?? '';
  const presence = new pg.Client({ connectionString: serverUrl, application_name: PRESENCE });
  // A test may stop the server; what then fails is its business, not this connection's.
  presence.on('error', () => {});
  await presence.connect();
  const template = await prepareTemplate(presence, serverUrl);
  project.provide('testServerUrl', serverUrl);
  project.provide('testTemplate', template);
  return async () => {
    await presence.end();
    await cluster?.release();
  };
}

function openTestCluster() {
  return openCluster({ dir: path.join(dataDir(), 'test-postgres'), id: instanceId(), durable: false });
}

async function prepareTemplate(client: pg.Client, serverUrl: string): Promise<string> {
  const template = `countersign_template_${hashMigrations()}`;
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    await removeLeftovers(client, template);
    const existing = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (existing.rowCount === 0) await createTemplate(client, serverUrl, template);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

/** The final name appears only when the template is complete. */
async function createTemplate(client: pg.Client, serverUrl: string, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await client.query(`CREATE DATABASE ${draft} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = draft;
  await migrate({ url: url.href, dir: MIGRATIONS });
  await client.query(`ALTER DATABASE ${draft} WITH ALLOW_CONNECTIONS false`);
  await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
}

/** What runs that were killed, and templates of other migrations, have left behind; only when no other run can need it. */
async function removeLeftovers(client: pg.Client, template: string): Promise<void> {
  const leftovers = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database
     WHERE (datname LIKE 'countersign\\_test\\_%' OR datname LIKE 'countersign\\_template\\_%') AND datname <> $1
       AND NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE application_name = $2 AND pid <> pg_backend_pid())`,
    [template, PRESENCE],
  );
  for (const { datname } of leftovers.rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}

function hashMigrations(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(MIGRATIONS, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(path.join(MIGRATIONS, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
