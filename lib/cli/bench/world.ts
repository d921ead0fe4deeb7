import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { createClient } from '@/lib/client';
import { migrate } from '@/lib/platform/db/migrate';
import { childEnv } from '@/lib/platform/env';
import type { ScratchDatabase } from '@/lib/platform/measure';

/** Where the bundles are: this one and, beside it, those of the server and of the first start. */
const DIST = path.dirname(process.argv[1] ?? '');

export const TENANT = 'bench';

/** Who asks and who decides in a measurement. Travels to the recording process as JSON. */
export const Credentials = z.object({ caller: z.string(), approver: z.string() });
export type Credentials = z.output<typeof Credentials>;

/** The environment of every process that works on the scratch database. */
export function envOn(database: ScratchDatabase, port: number): NodeJS.ProcessEnv {
  return childEnv({
    DATABASE_URL: database.url,
    DATABASE_APP_URL: '',
    DATABASE_HOT_URL: '',
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: `${port}`,
    NEXTAUTH_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'error',
    COUNTERSIGN_TENANT: TENANT,
    COUNTERSIGN_BOOTSTRAP_KEY: '',
  });
}

export function bundle(name: 'server' | 'setup' | 'bench'): string {
  return path.join(DIST, `${name}.mjs`);
}

/** Migrates the empty database and makes the first owner and key in it, as a start does. Returns the bootstrap key. */
export async function furnish(database: ScratchDatabase): Promise<string> {
  await migrate({ url: database.url, dir: path.resolve(DIST, '../prisma/migrations') });
  const { stdout } = await promisify(execFile)(process.execPath, [bundle('setup')], { env: envOn(database, 0) });
  return z.object({ bootstrap_key: z.string() }).parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
    .bootstrap_key;
}

/** Makes the people and keys of the measurement through the API. */
export async function hire(baseUrl: string, bootstrapKey: string): Promise<Credentials> {
  const admin = createClient({ baseUrl, token: bootstrapKey });
  const { member_id } = await admin.createMember({
    body: { tenant_id: TENANT, email: 'approver@bench.example', name: 'Ada Approver', role: 'admin', level: 4 },
  });
  const caller = await admin.createKey({
    body: { tenant_id: TENANT, name: 'Caller', scopes: ['requests:create', 'requests:read', 'policy:evaluate'] },
  });
  const approver = await admin.createKey({
    body: { tenant_id: TENANT, name: 'Approver', scopes: ['requests:decide', 'requests:read'], member_id },
  });
  return Credentials.parse({ caller: caller.key, approver: approver.key });
}
