import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type Client, createClient } from '@/lib/client';
import { PolicySetBody } from '@/lib/contracts';
import { migrate } from '@/lib/platform/db/migrate';
import { childEnv, ON_ONE_DATABASE, overrideEnv } from '@/lib/platform/env';
import type { ScratchDatabase } from '@/lib/platform/scratch';
import { setUp } from '@/lib/services/setup';

export const TENANT = 'bench';
/** The tenant whose active set has a hundred rules, and the one that has the same and records no evaluation. */
export const RULED_TENANT = `${TENANT}-rules`;
export const UNRECORDED_TENANT = `${TENANT}-unrecorded`;

/** Who asks and who decides in a measurement. */
const Credentials = z.object({ caller: z.string(), approver: z.string(), ruled: z.string(), unrecorded: z.string() });
export type Credentials = z.output<typeof Credentials>;

/** A bundle beside this one. */
export function bundle(name: 'server'): string {
  return path.join(path.dirname(process.argv[1] ?? ''), `${name}.mjs`);
}

/** The environment of a server on this machine, whichever database this process works in. */
export function serverEnv(port: number): NodeJS.ProcessEnv {
  return childEnv({ HOST: '127.0.0.1', PORT: `${port}`, NEXTAUTH_URL: `http://127.0.0.1:${port}` });
}

/**
 * Migrates the empty database, makes it this process's own, and the first owner and key in it, as a start does. Returns the key.
 */
export async function furnish(database: ScratchDatabase): Promise<string> {
  await migrate({ url: database.url, dir: path.resolve(bundle('server'), '../../prisma/migrations') });
  overrideEnv({ ...ON_ONE_DATABASE, DATABASE_URL: database.url, NODE_ENV: 'production', LOG_LEVEL: 'error' });
  const { bootstrapKey } = await setUp({ tenant: TENANT, ownerEmail: null, ownerPassword: null, bootstrapKey: null });
  if (bootstrapKey === null) throw new Error('The new database had an owner already');
  return bootstrapKey;
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
  const ruled = await rule(admin, RULED_TENANT);
  const unrecorded = await rule(admin, UNRECORDED_TENANT);
  await admin.putRecording({
    ifMatch: '*',
    body: { tenant_id: UNRECORDED_TENANT, sample_rate: 0, retain_days: 1 },
  });
  return Credentials.parse({ caller: caller.key, approver: approver.key, ruled, unrecorded });
}

/** Makes a tenant in which a hundred rules decide: the set to start with, again and again. Returns a key that may ask there. */
async function rule(admin: Client, tenant: string): Promise<string> {
  const starter = await readFile(path.resolve(bundle('server'), '../../docs/examples/policy-starter.json'), 'utf8');
  const { rules } = PolicySetBody.parse(JSON.parse(starter));
  const hundred = Array.from({ length: 100 }, (_, n) => rules[n % rules.length]).flatMap((one, n) =>
    one === undefined ? [] : { ...one, rule_id: `${one.rule_id}-${n}`, examples: [] },
  );
  await admin.createTenant({ body: { tenant_id: tenant, name: tenant } });
  const { version } = await admin.createPolicySet({ body: { tenant_id: tenant, rules: hundred } });
  await admin.activatePolicySet({ params: { version }, body: { tenant_id: tenant, reason: 'To be measured' } });
  const { key } = await admin.createKey({ body: { tenant_id: tenant, name: 'Caller', scopes: ['policy:evaluate'] } });
  if (key === null) throw new Error('A key is shown once, and was not');
  return key;
}
