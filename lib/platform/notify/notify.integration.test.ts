import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { createTestDatabase, type TestDatabase } from '@/lib/testing/database';
import { closeNotifier, listenForWakes, wakeDispatcher } from '.';

let database: TestDatabase;
let observer: pg.Client;
let heard = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of sixteen or more');
  vi.stubEnv('SECRETS_KEY', 'a key of sixteen or more');
  resetEnv();
});
afterAll(async () => {
  await database.drop();
  vi.unstubAllEnvs();
  resetEnv();
});

beforeEach(async () => {
  heard = 0;
  observer = new pg.Client({ connectionString: database.url });
  await observer.connect();
  observer.on('notification', () => {
    heard += 1;
  });
  await observer.query('LISTEN countersign_wake');
});
afterEach(async () => {
  await closeNotifier();
  await observer.end();
});

test('many wakes at once become a few notifications, and the last one is not lost', async () => {
  for (let i = 0; i < 1000; i++) wakeDispatcher();
  await vi.waitUntil(() => heard > 0);
  const before = heard;
  wakeDispatcher();
  await closeNotifier();
  await vi.waitUntil(() => heard > before);
  expect(heard).toBeLessThanOrEqual(3);
});

test('a listener is called for what another process says, and after its connection was broken', async () => {
  let wakes = 0;
  const stop = listenForWakes(() => {
    wakes += 1;
  });
  try {
    await vi.waitUntil(() => wakes > 0);
    await observer.query('NOTIFY countersign_wake');
    await vi.waitUntil(() => wakes === 2);
    await observer.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign-listen' AND datname = current_database()`,
    );
    await vi.waitUntil(() => wakes === 3);
    await observer.query('NOTIFY countersign_wake');
    await vi.waitUntil(() => wakes === 4);
  } finally {
    stop();
  }
});

test('a wake goes through after the connection that sends it was broken', async () => {
  wakeDispatcher();
  await vi.waitUntil(() => heard === 1);
  await observer.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'countersign-notify' AND datname = current_database()`,
  );
  await vi.waitUntil(
    () => {
      wakeDispatcher();
      return heard > 1;
    },
    { timeout: 5000, interval: 50 },
  );
});

test('no listener is left when the last one has gone', async () => {
  const stop = listenForWakes(() => {});
  const listeners = async () =>
    (
      await observer.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'countersign-listen' AND datname = current_database()`,
      )
    ).rowCount;
  await vi.waitUntil(async () => (await listeners()) === 1);
  stop();
  await vi.waitUntil(async () => (await listeners()) === 0);
});
