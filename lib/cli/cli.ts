import type { Readable, Writable } from 'node:stream';
import type { Client } from '@/lib/client';
import { retrying } from '@/lib/client/node';
import type { TerminalEnv } from '@/lib/platform/env';
import { assertToken, connect, findServer, type Server } from './server';
import { type Painter, painter } from './terminal/colors';
import { plainJson, plainLine } from './terminal/plain-text';
import { makeProgress, type Progress } from './terminal/progress';

/** A stream of text that may be a terminal. */
export type Screen = Writable & { isTTY?: boolean | undefined; columns?: number | undefined };

/** What every command gets: its terminal, and the server that is meant. */
export interface Cli {
  env: TerminalEnv;
  stdin: Readable & { isTTY?: boolean | undefined };
  stdout: Screen;
  stderr: Screen;
  /** Colours for standard output, where it is a terminal that wants them. */
  paint: Painter;
  /** The columns of the terminal; null where nothing may be cut. */
  width: number | null;
  progress: Progress;
  server: () => Promise<Server>;
  /** The typed client, with a key. */
  client: () => Promise<Client>;
  /** Says something beside the result. */
  note: (text: string) => void;
  /** One JSON value, the result of a command with `--json`. */
  json: (value: unknown) => void;
  /** Calls again for a while when the server is restarting; for what is safe to repeat. */
  patiently: <T>(call: () => Promise<T>) => Promise<T>;
}

/** Who did not ask to wait waits so long for a server that is restarting. */
const PATIENCE_MS = 3_000;

interface Terminal {
  stdin: Cli['stdin'];
  stdout: Screen;
  stderr: Screen;
}

export function makeCli(env: TerminalEnv, { stdin, stdout, stderr }: Terminal): Cli {
  const server = () => findServer(env);
  const progress = makeProgress(stderr);
  return {
    env,
    stdin,
    stdout,
    stderr,
    paint: painter(stdout.isTTY === true && env.wantsColor),
    width: stdout.isTTY === true ? (stdout.columns ?? 80) : null,
    progress,
    server,
    async client() {
      const found = await server();
      assertToken(found);
      return connect(found, env.role);
    },
    note: (text) => void stderr.write(`${plainLine(text)}\n`),
    json: (value) => void stdout.write(`${plainJson(JSON.stringify(value, null, 2))}\n`),
    patiently: async (call) => {
      try {
        return await retrying(call, {
          patienceMs: PATIENCE_MS,
          onRetry: ({ title }) => progress.show(`${title}; trying again …`),
        });
      } finally {
        progress.end();
      }
    },
  };
}
