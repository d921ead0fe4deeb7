import type { Command } from 'commander';
import { isId } from '@/lib/domain/ids';
import type { Cli } from '../cli';
import { describeRequest } from '../request-words';
import { describeRun } from './run';

interface Options {
  json?: boolean;
}

/** `show` and `status`: one request, whole or only its state. */
export function addShow(program: Command, cli: Cli): void {
  const read = async (id: string) => {
    const client = await cli.client();
    return cli.patiently(() => client.getRequest({ params: { id } }));
  };
  program
    .command('show')
    .summary('one request with its history, or a run')
    .description(
      'Shows everything that a decision needs: payload, policy’s reasons, who can decide, the history. Of a run, where it is and what it waits for.',
    )
    .argument('<id>', 'the request, or the run')
    .action(async (id: string, _: unknown, command: Command) => {
      if (isId('run', id)) return showRun(cli, id, command.optsWithGlobals<Options>());
      const request = await read(id);
      if (command.optsWithGlobals<Options>().json) return cli.json(request);
      cli.stdout.write(describeRequest(request, cli, Date.now()));
    });
  program
    .command('status')
    .summary('the state of a request, in a word, or of a run')
    .description(
      'Prints pending, escalated, approved, rejected, expired or cancelled; of a run, where it is and what it waits for.',
    )
    .argument('<id>', 'the request, or the run')
    .action(async (id: string, _: unknown, command: Command) => {
      if (isId('run', id)) return showRun(cli, id, command.optsWithGlobals<Options>());
      const request = await read(id);
      const { request_id, status, resolved_by, resolved_at } = request;
      if (command.optsWithGlobals<Options>().json) return cli.json({ request_id, status, resolved_by, resolved_at });
      cli.stdout.write(`${status}\n`);
    });
}

async function showRun(cli: Cli, id: string, { json }: Options): Promise<void> {
  const client = await cli.client();
  const run = await cli.patiently(() => client.getRun({ params: { id } }));
  if (json) cli.json(run);
  else cli.stdout.write(describeRun(run, cli));
}
