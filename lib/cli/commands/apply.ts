import type { Command } from 'commander';
import type { ConfigDifferences, ConfigReport } from '@/lib/contracts';
import type { Cli } from '../cli';
import { readInput } from '../input-file';
import { plainLine } from '../terminal/plain-text';

interface Options {
  json?: boolean;
  file: string;
  dryRun?: boolean;
  reason?: string;
  tenant?: string;
}

/** `apply`: a tenant's whole configuration from one YAML document. */
export function addApply(program: Command, cli: Cli): void {
  program
    .command('apply')
    .summary('apply a configuration document')
    .description(
      'Makes the configuration of a tenant what a YAML document says: all of it or nothing. Sections that the document leaves out stay as they are.',
    )
    .requiredOption('-f, --file <file>', 'the document; - reads standard input')
    .option('--dry-run', 'only say what would change')
    .option('--reason <text>', 'why; needed where the rules change')
    .option('--tenant <tenant>', 'of this tenant')
    .action(async (_: unknown, command: Command) => {
      const { json, file, dryRun, reason, tenant } = command.optsWithGlobals<Options>();
      const document = await readInput(cli, file);
      const client = await cli.client();
      const query = { tenant_id: tenant, dry_run: dryRun ? ('true' as const) : ('false' as const), reason };
      const report = await client.putConfig({ query, body: {}, document });
      if (json) cli.json(report);
      else cli.stdout.write(describeReport(report, cli));
    });
}

function describeReport(
  { tenant_id: tenant, dry_run, sections, policy_version, pending }: ConfigReport,
  cli: Cli,
): string {
  if (sections.length === 0) return `${tenant}: nothing differs.\n`;
  return [
    `${tenant}: ${dry_run ? 'this would change' : 'this has changed'}`,
    ...sections.flatMap((section) => describeSection(section, cli)),
    ...(policy_version === null ? [] : [`The rules that decide are ${policy_version}.`]),
    ...pending.map(
      ({ flag, environment, request_id: id }) => `The flag ${flag} in ${environment} waits for the approval of ${id}.`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function describeSection({ section, added, changed, removed }: ConfigDifferences, { paint }: Cli): string[] {
  const value = (json: unknown) => plainLine(JSON.stringify(json));
  return [
    paint.bold(section),
    ...added.map(({ path, after }) => `  + ${plainLine(path)}: ${value(after)}`),
    ...changed.map(({ path, before, after }) => `  ~ ${plainLine(path)}: ${value(before)} → ${value(after)}`),
    ...removed.map(({ path, before }) => `  - ${plainLine(path)}: ${value(before)}`),
  ];
}
