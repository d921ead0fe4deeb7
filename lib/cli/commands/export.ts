import { open as openFile, rename, unlink } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { Argument, type Command } from 'commander';
import { ApiProblem, type Client, isApiProblem } from '@/lib/client';
import { isPassing, makePauses, retrying } from '@/lib/client/node';
import { APPROVAL_EVENT_TYPES, APPROVAL_STATUSES } from '@/lib/domain/approval';
import type { Cli } from '../cli';
import { CommandFailure, wrongUsage } from '../command-failure';
import { lineAssembler } from '../lines';
import { readOneOf } from '../options';

const FILES = ['requests.csv', 'events.csv', 'events.jsonl'] as const;
type FileName = (typeof FILES)[number];

const STATUSES = [...APPROVAL_STATUSES, 'open'] as const;

interface Options {
  output?: string;
  tenant?: string;
  status?: (typeof STATUSES)[number][];
  type?: (typeof APPROVAL_EVENT_TYPES)[number][];
  from?: string;
  to?: string;
}

/** `export`: requests or events as a file of any size. */
export function addExport(program: Command, cli: Cli): void {
  program
    .command('export')
    .summary('requests or events as a file')
    .description(
      'Writes all requests or events. events.jsonl carries what verifies it (see verify), and goes on where it was when the connection drops; the others begin again.',
    )
    .addArgument(new Argument('<what>', 'what to write').choices(FILES))
    .option('-o, --output <file>', 'into this file, which is there whole or not at all; standard output unless said')
    .option('--tenant <tenant>', 'of this tenant')
    .option('--status <status...>', 'requests.csv: in these states', readOneOf(STATUSES))
    .option('--type <type...>', 'events: of these types', readOneOf(APPROVAL_EVENT_TYPES))
    .option('--from <time>', 'made, or happened, from this time on')
    .option('--to <time>', 'and before this one')
    .action(async (what: FileName, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if (what === 'requests.csv' && options.type) throw wrongUsage('--type is about events.');
      if (what !== 'requests.csv' && options.status) throw wrongUsage('--status is about requests.csv.');
      const client = await cli.client();
      const bytes = await (options.output === undefined
        ? toScreen(cli, client, what, options)
        : toFile(cli, client, what, options, options.output));
      cli.progress.end();
      if (options.output !== undefined) cli.note(`${options.output}: ${bytes} bytes`);
    });
}

/** How long an export tries to reach a server that went away. */
const PATIENCE_MS = 60_000;

/** Writes beside the file and puts it in its place at the end: half a file never looks like a whole one. */
async function toFile(cli: Cli, client: Client, what: FileName, options: Options, file: string): Promise<number> {
  const part = `${file}.part`;
  const attempt = async () => {
    const target = (await openFile(part, 'w', 0o600)).createWriteStream();
    const bytes = await pour(cli, client, what, options, target);
    target.end();
    await finished(target);
    return bytes;
  };
  try {
    const bytes =
      what === 'events.jsonl'
        ? await attempt()
        : await retrying(attempt, { patienceMs: PATIENCE_MS, onRetry: retryNote(cli) });
    await rename(part, file);
    return bytes;
  } catch (error) {
    await unlink(part).catch(() => {});
    throw isFileFault(error)
      ? new CommandFailure(`${file} cannot be written: ${error.message}`, { cause: error })
      : error;
  }
}

async function toScreen(cli: Cli, client: Client, what: FileName, options: Options): Promise<number> {
  try {
    return await pour(cli, client, what, options, cli.stdout);
  } catch (error) {
    if (!isApiProblem(error, 'client/unreachable')) throw error;
    throw new CommandFailure(`${error.message}. What was written is not all of it.`, { cause: error });
  }
}

/** Sends all of it into the target, which stays open. Lines of JSON go on behind the last whole one, as often as it takes. */
async function pour(cli: Cli, client: Client, what: FileName, options: Options, target: Writable): Promise<number> {
  let bytes = 0;
  const count = (chunk: Uint8Array | string) => {
    bytes += Buffer.byteLength(chunk);
    cli.progress.show(`${what}: ${(bytes / 1_000_000).toFixed(1)} MB …`);
    return chunk;
  };
  if (what !== 'events.jsonl') {
    await send(await open(client, what, options), count, target);
    return bytes;
  }
  const pauses = makePauses({ patienceMs: PATIENCE_MS, onRetry: retryNote(cli) });
  for (let cursor: string | undefined; ; ) {
    const assemble = lineAssembler();
    const wholeLines = (chunk: Uint8Array) => {
      pauses.reset();
      const { text, last } = assemble(chunk);
      if (last !== null) cursor = cursorOf(last);
      return count(text);
    };
    try {
      await send(await open(client, what, options, cursor), wholeLines, target);
      return bytes;
    } catch (error) {
      await pauses.after(error);
    }
  }
}

function retryNote(cli: Cli) {
  return ({ title }: ApiProblem) => cli.progress.show(`${title}; trying again …`);
}

function open(client: Client, what: FileName, { tenant, status, type, from, to }: Options, cursor?: string) {
  if (what === 'requests.csv') {
    const query = { tenant_id: tenant, status, created_after: from, created_before: to };
    return client.send('exportRequestsCsv', { query });
  }
  const query = { tenant_id: tenant, type, from, to };
  return what === 'events.csv'
    ? client.send('exportEventsCsv', { query })
    : client.send('exportEventsJsonl', { query: { ...query, cursor } });
}

async function send(
  response: Response,
  each: (chunk: Uint8Array) => Uint8Array | string,
  target: Writable,
): Promise<void> {
  if (response.body === null) return;
  const body = response.body;
  const pieces = async function* () {
    const reader = body.getReader();
    for (;;) {
      const { value, done } = await reader.read().catch((error: unknown) => {
        throw broken(error);
      });
      if (done) return;
      yield each(value);
    }
  };
  await pipeline(pieces, target, { end: false });
}

function broken(cause: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: 'client/unreachable', title: 'The connection broke off', cause });
}

function cursorOf(line: string): string {
  const { cursor } = JSON.parse(line) as { cursor?: unknown };
  if (typeof cursor !== 'string') throw new CommandFailure('The server sends lines without a cursor.');
  return cursor;
}

function isFileFault(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && !isPassing(error);
}
