import type { Command } from 'commander';
import { followEvents } from '@/lib/client/node';
import type { EventResource, StreamedEvent } from '@/lib/contracts';
import { APPROVAL_EVENT_TYPES } from '@/lib/domain/approval';
import type { Cli } from '../cli';
import { wrongUsage } from '../command-failure';
import { readCount, readOneOf } from '../options';
import { plainJson } from '../terminal/plain-text';
import { type Column, toTable } from '../terminal/table';

interface Options {
  json?: boolean;
  tenant?: string;
  follow?: boolean;
  after?: string;
  request?: string;
  type?: (typeof APPROVAL_EVENT_TYPES)[number][];
  actor?: string;
  from?: string;
  to?: string;
  limit: number;
}

/** `events`: the latest of the history, or everything from now on. */
export function addEvents(program: Command, cli: Cli): void {
  program
    .command('events')
    .summary('what has happened, or happens')
    .description(
      'Shows the latest events, the oldest first. With --follow it shows every event as it happens, through dropped connections and restarts of the server, each once; with --json as a line of JSON each.',
    )
    .option('--follow', 'go on with what happens from now on')
    .option('--after <cursor>', 'with --follow: begin behind this cursor')
    .option('--tenant <tenant>', 'of this tenant')
    .option('--request <id>', 'of this request')
    .option('--type <type...>', 'of these types', readOneOf(APPROVAL_EVENT_TYPES))
    .option('--actor <actor>', 'by this actor')
    .option('--from <time>', 'from this time on (RFC 3339, or a date)')
    .option('--to <time>', 'before this time')
    .option('--limit <n>', 'so many at most', readCount, 50)
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await (options.follow ? follow(cli, options) : list(cli, options));
    });
}

const COLUMNS: Column<EventResource>[] = [
  { head: 'TIME', text: ({ timestamp }) => timestamp },
  { head: 'EVENT', text: ({ type }) => type },
  { head: 'REQUEST', text: ({ request_id: id }) => id },
  { head: 'ACTOR', text: ({ actor_name: name }) => name, least: 8 },
  { head: 'TITLE', text: ({ title }) => title, least: 12 },
  { head: 'REASON', text: ({ reason }) => reason ?? '', least: 6 },
];

const PAGE = 200;

async function list(cli: Cli, { json, tenant, after, request, type, actor, from, to, limit }: Options): Promise<void> {
  if (after !== undefined) throw wrongUsage('--after goes with --follow.');
  const client = await cli.client();
  const filter = { tenant_id: tenant, request_id: request, type, actor, from, to, order: 'desc' as const };
  const events: EventResource[] = [];
  for (let cursor: string | undefined, more = true; more && events.length < limit; ) {
    const query = { ...filter, limit: Math.min(PAGE, limit - events.length), cursor };
    const page = await cli.patiently(() => client.listEvents({ query }));
    events.push(...page.data);
    cursor = page.next_cursor ?? undefined;
    more = cursor !== undefined;
  }
  events.reverse();
  if (json) cli.json(events);
  else if (events.length === 0) cli.stdout.write('No events.\n');
  else cli.stdout.write(toTable(COLUMNS, events, cli.width));
}

async function follow(cli: Cli, { json, tenant, after, request, type, actor, from, to }: Options): Promise<void> {
  if (actor !== undefined || from !== undefined || to !== undefined) {
    throw wrongUsage('--actor, --from and --to are about the past; --follow takes --request and --type.');
  }
  const client = await cli.client();
  const onRetry = ({ title }: { title: string }) => cli.progress.show(`${title}; trying again …`);
  const onOpen = () => {
    cli.progress.end();
    cli.progress.show('Following …');
  };
  for await (const { cursor, event } of followEvents(client, { tenantId: tenant, after, onRetry, onOpen })) {
    if (request !== undefined && event.request_id !== request) continue;
    if (type !== undefined && !type.includes(event.type)) continue;
    cli.progress.end();
    cli.stdout.write(json ? `${plainJson(JSON.stringify({ cursor, ...event }))}\n` : describe(event, cli));
  }
}

function describe({ timestamp, type, request_id: id, status }: StreamedEvent, { paint }: Cli): string {
  return `${paint.faint(timestamp)}  ${type.padEnd(TYPE_WIDTH)}  ${id}  ${paint.status(status, status)}\n`;
}

const TYPE_WIDTH = Math.max(...APPROVAL_EVENT_TYPES.map((type) => type.length));
