import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Command } from 'commander';
import type { Cli } from '../cli';
import { CommandFailure } from '../command-failure';
import { openInput, unreadable } from '../input-file';
import { readLines } from '../lines';
import { plainLine } from '../terminal/plain-text';
import { type FileVerdict, verifyLines } from '../verify-lines';

interface Options {
  json?: boolean;
}

/** `verify`: whether an exported history is as it was written. It never talks to a server. */
export function addVerify(program: Command, cli: Cli): void {
  program
    .command('verify')
    .summary('check an exported events.jsonl or an archive, offline')
    .description(
      'Checks the hash chain of every request in an export of events (countersign export events.jsonl, without filters), and every line against what was hashed. What was cut off at the end of a history is seen by the server alone: GET /api/v1/audit/verify. Files of an archive (also as .gz) have everything of a request or run in a line, its head included.',
    )
    .argument('<file>', 'the file; - reads standard input')
    .action(async (file: string, _: unknown, command: Command) => {
      const verdict = await read(cli, file);
      const { json } = command.optsWithGlobals<Options>();
      if (json) cli.json({ file, ...verdict });
      const { ok, problems, requests, runs, events } = verdict;
      const counted = `${events} events of ${requests} requests${runs === 0 ? '' : ` and ${runs} runs`}`;
      if (!ok) {
        const lines = problems.map(
          ({ line, request_id, problem }) => `  line ${line}: ${request_id === null ? '' : `${request_id} `}${problem}`,
        );
        const message = [`${file} was changed: ${problems.length} problems in ${counted}`, ...lines].join('\n');
        throw new CommandFailure(message, { facts: { problems } });
      }
      if (!json) cli.stdout.write(`${plainLine(file)} verifies: ${counted}\n`);
    });
}

async function read(cli: Cli, file: string): Promise<FileVerdict> {
  try {
    const input = openInput(cli, file);
    // A file that cannot be read ends what reads it, with the same error.
    return await verifyLines(readLines(file.endsWith('.gz') ? pipeline(input, createGunzip(), () => {}) : input));
  } catch (error) {
    throw unreadable(file, error);
  }
}
