/** Runs `npm start` as a user would, in a data directory of its own: for the journeys, and for tests that kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './layout.ts';

export interface RunningInstance {
  url: string;
  /** Of the process that supervises the others. */
  pid: number;
  /** Generated at the first start and printed by it; null at every later one. */
  bootstrapKey: string | null;
  ownerPassword: string | null;
  /** All that it has printed so far. */
  output: () => string;
  /** Asks it to end and waits until it has, with everything that it started. */
  stop: () => Promise<void>;
  /** Resolves when the process is gone, however it went. */
  gone: Promise<void>;
}

/** The end of the last line that a start prints; what comes through a pipe may come in pieces. */
const READY = /Open (\S+) and sign in as \S+ Ctrl-C/;

/** Resolves when the instance says that it is ready; rejects with what it said when it ends before. */
export async function runInstance(dir: string, env: Record<string, string> = {}): Promise<RunningInstance> {
  const child = spawn(process.execPath, [path.join(ROOT, 'scripts/start.mjs')], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', NODE_ENV: 'production', ...env, COUNTERSIGN_DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const chunks: string[] = [];
  const output = () => chunks.join('');
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await untilReady(child, chunks);
  return {
    url: READY.exec(output())?.[1] ?? '',
    pid: child.pid ?? 0,
    bootstrapKey: /Bootstrap key +(csk_\S+)/.exec(output())?.[1] ?? null,
    ownerPassword: /Password +([^\s(]+)/.exec(output())?.[1] ?? null,
    output,
    gone,
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function untilReady(child: ChildProcess, chunks: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        chunks.push(chunk);
        if (READY.test(chunks.join(''))) resolve();
      });
    }
    child.once('error', reject);
    child.once('close', (code) =>
      reject(new Error(`npm start ended (${code}) before it was ready:\n${chunks.join('')}`)),
    );
  });
}
