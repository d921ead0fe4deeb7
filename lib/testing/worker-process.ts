/** The worker as a user runs it: bundled, in a process of its own, with a channel to the one that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { env } from '@/lib/platform/env';
import { bundleOptions } from '@/scripts/bundle';
import { ROOT } from '@/scripts/layout';

export interface WorkerProcess {
  pid: number;
  /** Everything it has written so far. */
  output: () => string;
  /** Sends a signal, and does not wait. */
  signal: (signal: NodeJS.Signals) => void;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Breaks the channel, as the end of the process that started it would. */
  disconnect: () => void;
  /** Ends it for certain. */
  kill: () => Promise<void>;
}

/** A change of one source file, as another build has it; its path is from the root. */
export interface SourceChange {
  file: string;
  from: string;
  to: string;
}

/** Bundles the worker once, as it is or as another build; the bundle lies where its packages are found. */
export async function bundleWorker(change?: SourceChange): Promise<{ file: string; remove: () => void }> {
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(path.join(cache, 'countersign-worker-'));
  await build({ ...bundleOptions(['worker']), outdir, plugins: change === undefined ? [] : [changing(change)] });
  return { file: path.join(outdir, 'worker.mjs'), remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

function changing({ file, from, to }: SourceChange): Plugin {
  return {
    name: 'another build',
    setup: (building) => {
      building.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) => {
        if (loaded !== path.join(ROOT, file)) return undefined;
        const text = readFileSync(loaded, 'utf8');
        if (!text.includes(from)) throw new Error(`${file} does not say: ${from}`);
        return { contents: text.replace(from, to), loader: 'ts' };
      });
    },
  };
}

/** Starts a worker on this test's database. Resolves when it says that it is ready. */
export async function startWorkerProcess(file: string, settings: Record<string, string> = {}): Promise<WorkerProcess> {
  const { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY, WEBHOOK_ALLOW_CIDRS } = env();
  const child = spawn(process.execPath, ['--enable-source-maps', file], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'info',
      DATABASE_URL,
      DATABASE_POOL_SIZE: '10',
      NEXTAUTH_SECRET,
      SECRETS_KEY,
      WEBHOOK_ALLOW_CIDRS,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const output = () => Buffer.concat(chunks).toString('utf8');
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    // Not `close`: it never comes once the channel was broken from this side.
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'));
  });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => JSON.stringify(message) === '{"type":"ready"}' && resolve());
  });
  await Promise.race([
    ready,
    ended.then((code) => {
      throw new Error(`The worker ended (${code}) before it was ready:\n${output()}`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    output,
    signal: (signal) => signalIfAlive(child, signal),
    ended,
    disconnect: () => child.disconnect(),
    kill: async () => {
      signalIfAlive(child, 'SIGKILL');
      await ended;
    },
  };
}

function signalIfAlive(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}
