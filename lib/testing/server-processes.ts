/** The two doors as users run them, each in a process of its own on this test's database: the built server, and Next by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:net';
import path from 'node:path';
import { vi } from 'vitest';
import { env } from '@/lib/platform/env';
import { ROOT } from '@/scripts/layout';

export interface Door {
  port: number;
  /** Ends it, whatever it does. */
  stop: () => Promise<void>;
  /** Asks it to stop (SIGTERM); its exit code. */
  terminate: () => Promise<number | null>;
}

/** The built server: what matches an operation goes straight to its handler. On a port of its own, unless it takes another's place. */
export function startServer(port?: number): Promise<Door> {
  return start(() => [path.join(ROOT, 'dist/server.mjs')], port);
}

/** Next alone, as a serverless host would run it: the same handlers behind its own router. */
export function startNext(): Promise<Door> {
  return start((port) => [path.join(ROOT, 'node_modules/next/dist/bin/next'), 'start', '--port', String(port)]);
}

async function start(argumentsFor: (port: number) => string[], wanted?: number): Promise<Door> {
  const port = wanted ?? (await freePort());
  const { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY, NEXTAUTH_URL, METRICS_TOKEN } = env();
  const child = spawn(process.execPath, argumentsFor(port), {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      NEXT_TELEMETRY_DISABLED: '1',
      PORT: String(port),
      HOST: '127.0.0.1',
      DATABASE_POOL_SIZE: '5',
      DATABASE_URL,
      NEXTAUTH_URL,
      NEXTAUTH_SECRET,
      SECRETS_KEY,
      ...(METRICS_TOKEN === undefined ? {} : { METRICS_TOKEN }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
  const stop = () => end(child);
  try {
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`it ended: ${Buffer.concat(said)}`);
        return send(port, { method: 'GET', path: '/healthz' });
      },
      { timeout: 60_000, interval: 100 },
    );
  } catch (error) {
    await stop();
    throw new Error(`A door did not open: ${Buffer.concat(said)}`, { cause: error });
  }
  const terminate = () => {
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    return ended;
  };
  return { port, stop, terminate };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export interface RawCall {
  method: string;
  /** As it is written on the request line: nothing is normalised. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Sends the body in chunks, without its length. */
  chunked?: boolean;
}

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One call over the wire, without a client that improves it. A stream is left as soon as it has begun. */
export function send(port: number, { method, path: target, headers = {}, body, chunked }: RawCall): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const call = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: target,
      headers: { ...length, ...headers },
      agent: false,
    });
    call.once('error', reject);
    call.once('response', (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers };
      if (response.headers['content-type']?.startsWith('text/event-stream')) {
        resolve({ ...answer, text: '' });
        return void call.destroy();
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ ...answer, text: Buffer.concat(chunks).toString('utf8') }));
    });
    if (chunked && body !== undefined)
      for (let at = 0; at < body.length; at += 16_384) call.write(body.slice(at, at + 16_384));
    call.end(chunked ? undefined : body);
  });
}
