/** Processes that spend at the same time, each as a server of its own would: with a channel to the test that says when. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Actor } from '@/lib/domain/access';
import { env } from '@/lib/platform/env';
import { bundleOptions } from '@/scripts/bundle';
import { ROOT } from '@/scripts/layout';

/** Something to do: look at the budgets (so that they are cached), ask, approve, or report a failure. */
export interface SpenderAct {
  actor: Actor;
  does: 'look' | 'create' | 'approve' | 'fail';
  body?: object;
  requestId?: string;
}

/** The state that the request is in then, or the code of the problem; and when it began and ended, in milliseconds of one clock. */
export interface SpenderAnswer {
  said: string;
  began: number;
  ended: number;
}

export interface Spender {
  act: (what: SpenderAct) => Promise<SpenderAnswer>;
  end: () => Promise<void>;
}

/** Bundles the spender once; the bundle lies where its packages are found. */
export async function bundleSpender(): Promise<{ file: string; remove: () => void }> {
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(path.join(cache, 'countersign-spender-'));
  await build({ ...bundleOptions([]), entryPoints: { spender: './lib/testing/spender.ts' }, outdir });
  return { file: path.join(outdir, 'spender.mjs'), remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

/** Starts a spender on this test's database. Resolves when it listens. */
export async function startSpender(file: string): Promise<Spender> {
  const { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY } = env();
  const child = fork(file, {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      DATABASE_URL,
      DATABASE_POOL_SIZE: '10',
      NEXTAUTH_SECRET,
      SECRETS_KEY,
    },
  });
  const waiting = new Map<number, (answer: SpenderAnswer) => void>();
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`The spender ended (${code}) before it listened`)));
  });
  child.on('message', ({ n, answer }: { n: number; answer: SpenderAnswer }) => {
    waiting.get(n)?.(answer);
    waiting.delete(n);
  });
  let serial = 0;
  return {
    act: (what) =>
      new Promise((resolve) => {
        const n = ++serial;
        waiting.set(n, resolve);
        // Sets do not travel.
        child.send({ n, act: { ...what, actor: { ...what.actor, permissions: [...what.actor.permissions] } } });
      }),
    end: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (!child.connected) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.disconnect();
  await ended;
}
