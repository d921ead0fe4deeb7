import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle, serverEnv } from './world';

/** A way into the same build: the server's own table of operations, or Next's route handlers. */
export type DoorName = 'direct' | 'next';

export interface Door {
  url: string;
  close: () => Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/**
 * Opens one door in a process of its own on this machine. The direct door is the server as it is deployed; the Next door is the same build
 * under `next start`, without the server in front of it, so that every call really goes through `app/api`.
 */
export async function openDoor(name: DoorName): Promise<Door> {
  const port = await freePort();
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const args =
    name === 'direct'
      ? ['--enable-source-maps', bundle('server')]
      : [next, 'start', '--hostname', '127.0.0.1', '--port', `${port}`];
  const child = spawn(process.execPath, args, { env: serverEnv(port), stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilHealthy(url, child);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    close: async () => {
      const gone = once(child, 'exit');
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await gone;
      }
    },
  };
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  for (let last = 'it does not answer'; Date.now() < until && child.exitCode === null; await sleep(100)) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
      if (response.ok) return;
      last = `it answers ${response.status}`;
    } catch (error) {
      last = String(error);
    }
    if (Date.now() + 1_000 > until) throw new Error(`The server at ${url} does not become healthy: ${last}`);
  }
  throw new Error(`The server at ${url} ended before it was healthy`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
