import type { Command } from 'commander';
import { waitForRequest } from '@/lib/client/node';
import type { Cli } from '../cli';
import { CommandFailure } from '../command-failure';
import { readCount } from '../options';
import { describeDecision, describeRefusal } from '../request-words';

interface Options {
  json?: boolean;
  timeout?: number;
}

/** `wait`: ends with 0 when the request is approved, so that `countersign wait ID && deploy` does what it says. */
export function addWait(program: Command, cli: Cli): void {
  program
    .command('wait')
    .summary('wait until a request is decided')
    .description(
      'Waits until a request is decided, also across restarts of the server. Ends with 0 when it is approved, with 1 when it is rejected, expired or cancelled, or the time is up.',
    )
    .argument('<id>', 'the request')
    .option('--timeout <seconds>', 'wait so long at most; for ever unless said', readCount)
    .action(async (id: string, _: unknown, command: Command) => {
      const { json, timeout } = command.optsWithGlobals<Options>();
      const client = await cli.client();
      cli.progress.show(`Waiting for ${id} …`);
      const request = await waitForRequest(client, id, {
        timeoutMs: timeout === undefined ? undefined : timeout * 1000,
        onRetry: ({ title }) => cli.progress.show(`${title}; trying again …`),
      });
      cli.progress.end();
      if (json) cli.json(request);
      const facts = { request_id: id, status: request.status };
      if (request.resolved_at === null) throw new CommandFailure(`${id} is still ${request.status}`, { facts });
      if (request.status !== 'approved') throw new CommandFailure(describeRefusal(request), { facts });
      if (!json) cli.stdout.write(describeDecision(request));
    });
}
