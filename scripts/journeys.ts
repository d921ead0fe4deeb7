import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { RunRecord } from './instance.ts';
import { temporaryDir } from './layout.ts';
import { runInstance } from './run-instance.ts';

const OWNER = { email: 'owner@example.com', password: 'correct-horse-battery-staple' };

/**
 * Playwright's global set-up: a fresh instance for the journeys, unless COUNTERSIGN_URL names one that is running. The journeys
 * find it in COUNTERSIGN_URL, its owner in COUNTERSIGN_OWNER_EMAIL and _PASSWORD, a key in COUNTERSIGN_BOOTSTRAP_KEY, and the
 * worker, which a journey may halt, in COUNTERSIGN_WORKER_PID.
 */
export default async function setUp(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.COUNTERSIGN_URL) return undefined;
  const dir = temporaryDir('journeys');
  const instance = await runInstance(dir, {
    COUNTERSIGN_OWNER_EMAIL: OWNER.email,
    COUNTERSIGN_OWNER_PASSWORD: OWNER.password,
    // The journeys' webhook receivers live on this machine.
    WEBHOOK_ALLOW_CIDRS: '127.0.0.0/8,::1/128',
  });
  process.env.COUNTERSIGN_URL = instance.url;
  process.env.COUNTERSIGN_OWNER_EMAIL = OWNER.email;
  process.env.COUNTERSIGN_OWNER_PASSWORD = OWNER.password;
  process.env.COUNTERSIGN_BOOTSTRAP_KEY ??= instance.bootstrapKey ?? '';
  // The server, then the worker, in the order in which they are started.
  const { children }: RunRecord = JSON.parse(readFileSync(path.join(dir, 'run.json'), 'utf8'));
  process.env.COUNTERSIGN_WORKER_PID = String(children[1]?.pid ?? '');
  return async () => {
    await instance.stop();
    rmSync(dir, { recursive: true, force: true });
  };
}
