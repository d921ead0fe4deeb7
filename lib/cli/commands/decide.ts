import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { Cli } from '../cli';
import { toFormValues } from '../form-values';
import { readLevel, readPair } from '../options';
import { describeDecision } from '../request-words';

interface ApproveOptions {
  json?: boolean;
  kv?: Map<string, string>;
  notes?: string;
  level?: number;
  digest?: string;
}

interface RejectOptions {
  json?: boolean;
  reason: string;
  digest?: string;
}

const DIGEST = 'refuse if the payload is not the one with this digest (see show)';

/** `approve` and `reject`. A call that was lost on the way is repeated under the same key, so that it counts once. */
export function addDecide(program: Command, cli: Cli): void {
  program
    .command('approve')
    .summary('approve a request')
    .description(
      'Approves a request as the person behind the key, with the level that it needs: whose level is lower is refused, unless --level says that a vote at a lower one is meant. What --kv says is the answer that whoever asked gets.',
    )
    .argument('<id>', 'the request')
    .option(
      '--kv <key=value...>',
      'data for who asked, or for the checkpoint’s form: texts, several at once or repeated',
      readPair,
    )
    .option('--notes <text>', 'a note for the record')
    .option('--level <n>', 'vote at this level instead of the one that is needed', readLevel)
    .option('--digest <digest>', DIGEST)
    .action(async (id: string, _: unknown, command: Command) => {
      const { json, kv, notes, level, digest } = command.optsWithGlobals<ApproveOptions>();
      const client = await cli.client();
      // The API counts a vote at a lower level and leaves the request open. Who types `approve` means that it is approved.
      const asked = await cli.patiently(() => client.getRequest({ params: { id } }));
      const data = toFormValues(kv, asked.checkpoint?.inputs_schema ?? null);
      const body = { notes, level: level ?? asked.required_level, viewed_digest: digest, approval_data: data };
      const idempotencyKey = randomUUID();
      report(cli, json, await cli.patiently(() => client.approveRequest({ params: { id }, body, idempotencyKey })));
    });
  program
    .command('reject')
    .summary('reject a request, with a reason')
    .description('Rejects a request as the person behind the key.')
    .argument('<id>', 'the request')
    .requiredOption('--reason <text>', 'why; whoever asked reads it')
    .option('--digest <digest>', DIGEST)
    .action(async (id: string, _: unknown, command: Command) => {
      const { json, reason, digest } = command.optsWithGlobals<RejectOptions>();
      const body = { notes: reason, viewed_digest: digest };
      const client = await cli.client();
      const idempotencyKey = randomUUID();
      report(cli, json, await cli.patiently(() => client.rejectRequest({ params: { id }, body, idempotencyKey })));
    });
}

function report(cli: Cli, json: boolean | undefined, request: ApprovalRequestResource): void {
  if (json) cli.json(request);
  else cli.stdout.write(describeDecision(request));
}
