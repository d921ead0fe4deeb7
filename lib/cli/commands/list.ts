import type { Command } from 'commander';
import type { ListRequestsQuery } from '@/lib/contracts';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import type { Cli } from '../cli';
import { readCount, readOneOf } from '../options';
import { requestColumns } from '../request-words';
import { toTable } from '../terminal/table';

const PAGE = 200;
const STATUSES = [...APPROVAL_STATUSES, 'open'] as const;

interface Options {
  json?: boolean;
  tenant?: string;
  status?: (typeof STATUSES)[number][];
  mine?: boolean;
  limit?: number;
}

/** `list`: the requests that wait for a decision, or those in other states. */
export function addList(program: Command, cli: Cli): void {
  program
    .command('list')
    .summary('requests that wait for a decision')
    .description('Lists open requests, the newest first.')
    .option('--tenant <tenant>', 'of this tenant')
    .option('--status <status...>', `in these states (${STATUSES.join(', ')}); open unless said`, readOneOf(STATUSES))
    .option('--mine', 'only what this credential can decide')
    .option('--limit <n>', 'at most so many; all unless said', readCount)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const requests = await readRequests(cli, options);
      if (options.json) return cli.json(requests);
      if (requests.length === 0) return void cli.stdout.write('No pending requests.\n');
      cli.stdout.write(toTable(requestColumns(cli, Date.now()), requests, cli.width));
    });
}

type Page = Awaited<ReturnType<Awaited<ReturnType<Cli['client']>>['listRequests']>>;

async function readRequests(cli: Cli, { tenant, status, mine, limit = Number.POSITIVE_INFINITY }: Options) {
  const client = await cli.client();
  const filter = {
    tenant_id: tenant,
    status: (status ?? ['open']) satisfies ListRequestsQuery['status'],
    ...(mine ? { assigned_to_me: 'true' } : {}),
  };
  const requests: Page['data'] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, limit: Math.min(PAGE, limit - requests.length), cursor };
    const page: Page = await cli.patiently(() => client.listRequests({ query }));
    requests.push(...page.data);
    cursor = page.next_cursor ?? undefined;
    cli.progress.show(`${requests.length} requests …`);
  } while (cursor !== undefined && requests.length < limit);
  cli.progress.end();
  return requests;
}
