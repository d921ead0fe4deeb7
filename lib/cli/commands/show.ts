import type { Command } from 'commander';
import type { Cli } from '../cli';
import { describeRequest } from '../request-words';

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
    .summary('one request with its history')
    .description('Shows everything that a decision needs: payload, policy’s reasons, who can decide, the history.')
    .argument('<id>', 'the request')
    .action(async (id: string, _: unknown, command: Command) => {
      const request = await read(id);
      if (command.optsWithGlobals<Options>().json) return cli.json(request);
      cli.stdout.write(describeRequest(request, cli, Date.now()));
    });
  program
    .command('status')
    .summary('the state of one request, in a word')
    .description('Prints pending, escalated, approved, rejected, expired or cancelled.')
    .argument('<id>', 'the request')
    .action(async (id: string, _: unknown, command: Command) => {
      const request = await read(id);
      const { request_id, status, resolved_by, resolved_at } = request;
      if (command.optsWithGlobals<Options>().json) return cli.json({ request_id, status, resolved_by, resolved_at });
      cli.stdout.write(`${status}\n`);
    });
}
