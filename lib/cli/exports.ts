import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiProblem, type Client } from '@/lib/client';
import { makePauses } from '@/lib/client/node';
import type { APPROVAL_EVENT_TYPES, APPROVAL_STATUSES } from '@/lib/domain/approval';
import type { Cli } from './cli';
import { CommandFailure } from './command-failure';
import { csvRows } from './csv-rows';
import { type Assembler, lineAssembler } from './lines';

export interface ExportOptions {
  tenant?: string;
  status?: ((typeof APPROVAL_STATUSES)[number] | 'open')[];
  type?: (typeof APPROVAL_EVENT_TYPES)[number][];
  run?: string;
  from?: string;
  to?: string;
}

/** Where an export goes on: nothing is known before the first answer. */
export type Place = string | undefined;

/** An assembler whose pieces say where to go on behind them. */
interface Assembling extends Assembler {
  placeOf: (last: string) => string;
}

interface ExportedFile {
  open: (client: Client, options: ExportOptions, place: Place, waitSeconds: number) => Promise<Response>;
  /** For each answer anew: what was cut in the middle comes again with the next. */
  assembler: () => () => Assembling;
}

/** How long an export tries to reach a server that went away. */
const PATIENCE_MS = 60_000;
/** How long a follower's question waits at the server for something new. */
const WAIT_SECONDS = 30;

const lines = () => (): Assembling => ({ ...lineAssembler(), placeOf: cursorOf });
const rows = (column: string) => () => {
  const csv = csvRows(column);
  return (): Assembling => ({ ...csv.begin(), placeOf: (id) => id });
};
const surface = (id: 'exportCheckpoints' | 'exportRunState' | 'exportRunEvents'): ExportedFile => ({
  open: (client, { tenant, run, from, to }, cursor, wait) =>
    client.send(id, { query: { tenant_id: tenant, run_id: run, from, to, cursor, wait } }),
  assembler: lines,
});

/** Every file that can be exported. A row here is how you add one. */
export const EXPORTED = {
  'requests.csv': {
    open: (client, { tenant, status, from, to }, after) =>
      client.send('exportRequestsCsv', {
        query: { tenant_id: tenant, status, created_after: from, created_before: to, after },
      }),
    assembler: rows('request_id'),
  },
  'events.csv': {
    open: (client, { tenant, type, from, to }, after) =>
      client.send('exportEventsCsv', { query: { tenant_id: tenant, type, from, to, after } }),
    assembler: rows('event_id'),
  },
  'events.jsonl': {
    open: (client, { tenant, type, from, to }, cursor) =>
      client.send('exportEventsJsonl', { query: { tenant_id: tenant, type, from, to, cursor } }),
    assembler: lines,
  },
  'checkpoints.jsonl': surface('exportCheckpoints'),
  'orchestrator_state.jsonl': surface('exportRunState'),
  'orchestrator_events.jsonl': surface('exportRunEvents'),
} as const satisfies Record<string, ExportedFile>;

export type FileName = keyof typeof EXPORTED;
export const FILE_NAMES = Object.keys(EXPORTED) as FileName[];

/** Takes what is whole, in order; the next piece waits for it. */
export type Sink = (text: string) => Promise<void>;

/**
 * Sends all of it into the sink. When the connection drops it goes on behind the last whole row or line, as often as it takes, so nothing comes
 * twice. With `follow` it never ends: it waits at the server for what comes next, and sits through restarts.
 * @returns how many bytes there were.
 */
export async function pour(
  cli: Cli,
  client: Client,
  what: FileName,
  options: ExportOptions & { follow?: boolean; after?: Place },
  sink: Sink,
): Promise<number> {
  const { open, assembler }: ExportedFile = EXPORTED[what];
  const pauses = makePauses({
    patienceMs: options.follow ? Number.POSITIVE_INFINITY : PATIENCE_MS,
    onRetry: ({ title }) => cli.progress.show(`${title}; trying again …`),
  });
  const begin = assembler();
  let bytes = 0;
  let wait = 0;
  for (let place = options.after; ; ) {
    const assembling = begin();
    try {
      const response = await open(client, options, place, wait);
      for await (const chunk of chunksOf(response)) {
        pauses.reset();
        const { text, last } = assembling.take(chunk);
        if (text !== '') await sink(text);
        // Only now is it where it should be.
        if (last !== null) place = assembling.placeOf(last);
        bytes += Buffer.byteLength(text);
        cli.progress.show(`${what}: ${(bytes / 1_000_000).toFixed(1)} MB …`);
      }
      if (!assembling.isWhole()) throw brokenOff(null);
      pauses.reset();
      if (!options.follow) return bytes;
      place = response.headers.get('x-next-cursor') ?? place;
      wait = WAIT_SECONDS;
    } catch (error) {
      await pauses.after(error);
    }
  }
}

/** A sink that is a stream, which stays open. */
export function intoStream(target: Writable): Sink {
  return (text) => pipeline([text], target, { end: false });
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void> {
  if (body === null) return;
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read().catch((error: unknown) => {
      throw brokenOff(error);
    });
    if (done) return;
    yield value;
  }
}

function brokenOff(cause: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: 'client/unreachable', title: 'The connection broke off', cause });
}

function cursorOf(line: string): string {
  const { cursor } = JSON.parse(line) as { cursor?: unknown };
  if (typeof cursor !== 'string') throw new CommandFailure('The server sends lines without a cursor.');
  return cursor;
}
