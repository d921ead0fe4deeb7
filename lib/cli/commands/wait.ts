import type { Command } from 'commander';
import type { ApiProblem } from '@/lib/client';
import { isOver, waitForRequest, waitForRun } from '@/lib/client/node';
import type { RunResource } from '@/lib/contracts';
import { isId } from '@/lib/domain/ids';
import type { Cli } from '../cli';
import { CommandFailure } from '../command-failure';
import { readCount } from '../options';
import { describeDecision, describeRefusal } from '../request-words';
import { assertAlive, describeRun } from './run';

interface Options {
  json?: boolean;
  timeout?: number;
}

/** `wait`: ends with 0 when the request is approved, so that `countersign wait ID && deploy` does what it says. */
export function addWait(program: Command, cli: Cli): void {
  program
    .command('wait')
    .summary('wait until a request is decided, or a run is over')
    .description(
      'Waits until a request is decided, also across restarts of the server. Ends with 0 when it is approved, with 1 when it is rejected, expired or cancelled, or the time is up. Of a run: with 0 when it has succeeded, with 1 when it failed or was cancelled.',
    )
    .argument('<id>', 'the request, or the run')
    .option('--timeout <seconds>', 'wait so long at most; for ever unless said', readCount)
    .action(async (id: string, _: unknown, command: Command) => {
      const { json, timeout } = command.optsWithGlobals<Options>();
      const client = await cli.client();
      cli.progress.show(`Waiting for ${id} …`);
      const options = {
        timeoutMs: timeout === undefined ? undefined : timeout * 1000,
        onRetry: ({ title }: ApiProblem) => cli.progress.show(`${title}; trying again …`),
      };
      if (isId('run', id)) {
        const run = await waitForRun(client, id, options);
        cli.progress.end();
        return reportRun(cli, run, json);
      }
      const request = await waitForRequest(client, id, options);
      cli.progress.end();
      if (json) cli.json(request);
      const facts = { request_id: id, status: request.status };
      if (request.resolved_at === null) throw new CommandFailure(`${id} is still ${request.status}`, { facts });
      if (request.status !== 'approved') throw new CommandFailure(describeRefusal(request), { facts });
      if (!json) cli.stdout.write(describeDecision(request));
    });
}

function reportRun(cli: Cli, run: RunResource, json: boolean | undefined): void {
  if (json) cli.json(run);
  const facts = { run_id: run.run_id, status: run.status };
  if (!isOver(run)) throw new CommandFailure(`${run.run_id} is still ${run.status}`, { facts });
  assertAlive(run);
  if (!json) cli.stdout.write(describeRun(run, cli));
}
