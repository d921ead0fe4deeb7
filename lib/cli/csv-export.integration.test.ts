/** Tables of any size over connections that break: the command line goes on behind the last whole row. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cliProgram } from '@/lib/testing/cli-process';
import { type OpenApi, openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { ask } from '@/lib/testing/webhooks';

const sql = testDatabase();
const cli = cliProgram();
const REQUESTS = 150;
let server: OpenApi;
let auditor: TestKey;
/** Where the next answers break, in bytes; then they hold. */
let breaks: number[] = [];
let asked: string[] = [];

beforeAll(async () => {
  server = await openApi({
    breaksAfter: ({ url }) => {
      asked.push(url ?? '');
      return breaks.shift() ?? null;
    },
  });
  const tenant = await addTenant(sql, 'acme');
  const asker = await addKey(sql, tenant, ['requests:create', 'requests:read']);
  auditor = await addKey(sql, tenant, ['*'], { person: await addPerson(sql, tenant, 'admin') });
  await sql('INSERT INTO policy_approval_levels (tenant_id, level) VALUES ($1, 1)', [tenant]);
  for (let i = 0; i < REQUESTS; i++) {
    await ask(asker.actor, { justification: `${i}: "quoted", and\r\nover two lines ${'x'.repeat(i)}` });
  }
  await vi.waitUntil(async () => (await sql('SELECT 1 FROM events WHERE xid >= feed_xmin()')).length === 0, 20_000);
});
afterAll(() => server.close());

const call = () => ({ env: { COUNTERSIGN_URL: server.url, COUNTERSIGN_TOKEN: auditor.key } });

test.each(['requests.csv', 'events.csv'])('%s', async (what) => {
  const whole = await cli.run(['export', what], call());
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  const header = whole.stdout.indexOf('\r\n') + 2;
  const size = Buffer.byteLength(whole.stdout);
  const file = path.join(cli.configHome, what);
  for (const cuts of [
    [1],
    [header - 1],
    [header],
    [header + 1],
    [size - 1],
    [2000, 5, 30_000, 700, 1],
    [20_000, 20_000, 20_000],
  ]) {
    breaks = [...cuts];
    asked = [];
    const { code, stderr } = await cli.run(['export', what, '-o', file], call());
    expect([cuts, code, stderr]).toEqual([cuts, 0, `${file}: ${size} bytes\n`]);
    expect(readFileSync(file, 'utf8')).toBe(whole.stdout);
    expect(asked).toHaveLength(cuts.length + 1);
    // Only the rows that were missing were asked for.
    const behind = asked.map((url) => new URL(url, server.url).searchParams.get('after'));
    expect(behind.at(-1) !== null).toBe(cuts.some((bytes) => bytes > header + 1));
  }
  breaks = [30_000];
  const piped = await cli.run(['export', what], call());
  expect([piped.code, piped.stdout]).toEqual([0, whole.stdout]);
});
