import { open as openFile, rename, unlink } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Argument, type Command } from 'commander';
import { type Client, isApiProblem } from '@/lib/client';
import { isPassing } from '@/lib/client/node';
import { APPROVAL_EVENT_TYPES, APPROVAL_STATUSES } from '@/lib/domain/approval';
import type { Cli } from '../cli';
import { CommandFailure, wrongUsage } from '../command-failure';
import { type ExportOptions, FILE_NAMES, type FileName, intoStream, pour } from '../exports';
import { openGrowingFile } from '../growing-file';
import { readOneOf } from '../options';

const STATUSES = [...APPROVAL_STATUSES, 'open'] as const;

/** The seed's three files, which grow where they are, and how a line of each can be told from the others'. */
const GROWING = {
  'checkpoints.jsonl': (line) => 'prompt' in line,
  'orchestrator_state.jsonl': (line) => !('prompt' in line || 'actor' in line),
  'orchestrator_events.jsonl': (line) => 'actor' in line,
} as const satisfies Partial<Record<FileName, (line: object) => boolean>>;
type GrowingName = keyof typeof GROWING;
const isGrowing = (what: FileName): what is GrowingName => Object.hasOwn(GROWING, what);

interface Options extends ExportOptions {
  output?: string;
  follow?: boolean;
  after?: string;
}

/** `export`: requests, events or runs as files of any size. */
export function addExport(program: Command, cli: Cli): void {
  program
    .command('export')
    .summary('requests, events or runs as a file, also as it grows')
    .description(
      'Writes all requests or events, or the three files of runs. When the connection drops it goes on behind the last whole row or line. events.jsonl ' +
        'carries what verifies it (see verify).\n\ncheckpoints.jsonl, orchestrator_state.jsonl and orchestrator_events.jsonl go to where CHECKPOINTS_PATH, ' +
        'STATE_STORE_PATH and ORCH_EVENTS_PATH say (logs/ unless said), are gone on with behind the last line that is there, and grow with --follow, through ' +
        'restarts of the server and of this.',
    )
    .addArgument(new Argument('<what>', 'what to write').choices(FILE_NAMES))
    .option(
      '-o, --output <file>',
      'into this file; - is standard output, which is also where requests and events go unless said',
    )
    .option('--tenant <tenant>', 'of this tenant')
    .option('--status <status...>', 'requests.csv: in these states', readOneOf(STATUSES))
    .option('--type <type...>', 'events.csv, events.jsonl: of these types', readOneOf(APPROVAL_EVENT_TYPES))
    .option('--run <id>', 'the files of runs: of this run')
    .option('--follow', 'the files of runs: go on with what happens from now on')
    .option('--after <cursor>', 'the files of runs: begin behind this cursor')
    .option('--from <time>', 'made, or happened, from this time on')
    .option('--to <time>', 'and before this one')
    .action(async (what: FileName, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      assertFitting(what, options);
      const client = await cli.client();
      const file = options.output ?? (isGrowing(what) ? cli.env.surfaces[what] : '-');
      const bytes = await write(cli, client, what, options, file).catch((error: unknown) => {
        if (file === '-' || !isFileFault(error)) throw error;
        throw new CommandFailure(`${file} cannot be written: ${error.message}`, { cause: error });
      });
      cli.progress.end();
      if (file !== '-') cli.note(`${file}: ${bytes} bytes${isGrowing(what) ? ' more' : ''}`);
    });
}

function assertFitting(what: FileName, { status, type, run, follow, after }: Options): void {
  const ofEvents = what === 'events.csv' || what === 'events.jsonl';
  if (type && !ofEvents) throw wrongUsage('--type is about events.csv and events.jsonl.');
  if (status && what !== 'requests.csv') throw wrongUsage('--status is about requests.csv.');
  if (isGrowing(what)) return;
  if (run || follow || after)
    throw wrongUsage(`--run, --follow and --after are about ${Object.keys(GROWING).join(', ')}.`);
}

function write(cli: Cli, client: Client, what: FileName, options: Options, file: string): Promise<number> {
  if (file === '-') return toScreen(cli, client, what, options);
  return isGrowing(what) ? toGrowing(cli, client, what, options, file) : toWhole(cli, client, what, options, file);
}

/** Writes beside the file and puts it in its place at the end: half a file never looks like a whole one. */
async function toWhole(cli: Cli, client: Client, what: FileName, options: Options, file: string): Promise<number> {
  const part = `${file}.part`;
  try {
    const target = (await openFile(part, 'w', 0o600)).createWriteStream();
    const bytes = await pour(cli, client, what, options, intoStream(target));
    target.end();
    await finished(target);
    await rename(part, file);
    return bytes;
  } catch (error) {
    await unlink(part).catch(() => {});
    throw error;
  }
}

/** Goes on behind what the file holds. Whatever becomes of this process, every line is in it once. */
async function toGrowing(cli: Cli, client: Client, what: GrowingName, options: Options, file: string): Promise<number> {
  const grown = await openGrowingFile(file, GROWING[what]);
  try {
    if (grown.place !== undefined && options.after !== undefined) {
      throw wrongUsage(`${file} says itself where it goes on: --after is for a file that is empty.`);
    }
    return await pour(cli, client, what, { ...options, after: grown.place ?? options.after }, grown.append);
  } finally {
    await grown.close();
  }
}

async function toScreen(cli: Cli, client: Client, what: FileName, options: Options): Promise<number> {
  try {
    return await pour(cli, client, what, options, intoStream(cli.stdout));
  } catch (error) {
    if (!isApiProblem(error, 'client/unreachable')) throw error;
    throw new CommandFailure(`${error.message}. What was written is not all of it.`, { cause: error });
  }
}

function isFileFault(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && !isPassing(error);
}
