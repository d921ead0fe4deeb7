import type { Command } from 'commander';
import type { Cli } from '../cli';
import { CommandFailure, wrongUsage } from '../command-failure';
import { readCount } from '../options';
import { onServer } from './sweeps';

interface Options {
  json?: boolean;
  once?: boolean;
  output?: string;
  olderThan?: number;
}

/** `archive --once`: on the server's machine, with its settings. */
export function addArchive(program: Command, cli: Cli): void {
  program
    .command('archive')
    .summary('write what has been over for long into files, once')
    .description(
      'Writes every request and run that ended longer ago than ARCHIVE_AFTER_DAYS (90 unless said) into files under ARCHIVE_PATH (logs/archives unless said): a ' +
        'folder for each tenant, lines of JSON in gzip, each with the history that proves it (see verify), each once however often this is called. Nothing of ' +
        'that is removed from the database. Then it removes what is kept for a while only, as the worker does: recorded evaluations, keys of repeated calls, ' +
        'attempts to sign in. It works on the database, so it runs where the server runs.',
    )
    .option('--once', 'the only way that there is: with ARCHIVE_PATH the worker does it every night')
    .option('-o, --output <folder>', 'into this folder')
    .option('--older-than <days>', 'what ended longer ago than so many days', readCount)
    .action(async (_: unknown, command: Command) => {
      const { json, once, output, olderThan } = command.optsWithGlobals<Options>();
      if (!once) throw wrongUsage('Say: countersign archive --once. Again and again is what the worker does.');
      const done = await onServer(({ archiveOnce }) => archiveOnce({ folder: output, days: olderThan }));
      const { requests, runs, files, folder, problems, removed } = done;
      if (json) cli.json({ requests, runs, files, removed, problems });
      else {
        const gone = Object.values(removed).reduce((sum, count) => sum + count, 0);
        const into =
          files.length === 0 ? '' : ` into ${files.length} ${files.length === 1 ? 'file' : 'files'} in ${folder}`;
        cli.stdout.write(
          `${counted(requests, 'request')} and ${counted(runs, 'run')} archived${into}; ${counted(gone, 'row')} removed that were kept for a while only.\n`,
        );
      }
      if (problems.length === 0) return;
      const lines = problems.map(({ tenant_id: tenant, id, problem }) => `  ${tenant} ${id}: ${problem}`);
      throw new CommandFailure(
        ['What was archived does not all prove itself. The server’s own verification says more.', ...lines].join('\n'),
        { facts: { problems } },
      );
    });
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
