import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { isApiProblem } from '@/lib/client';
import type { BodyInputOf, RunPlan, RunResource, startRun } from '@/lib/contracts';
import { parseYaml } from '@/lib/platform/yaml';
import type { Cli } from '../cli';
import { CommandFailure, wrongUsage } from '../command-failure';
import { toFormValues } from '../form-values';
import { readInput } from '../input-file';
import { readPair } from '../options';
import { describeDecision } from '../request-words';
import { plainLine } from '../terminal/plain-text';
import { toTable } from '../terminal/table';

interface RunOptions {
  json?: boolean;
  dag?: string;
  dryRun?: boolean;
  tenant?: string;
  param?: Map<string, string>;
  resume?: string;
}

interface SignOptions {
  json?: boolean;
  kv?: Map<string, string>;
  notes?: string;
}

/** `run` and `sign`: runs are started, planned and resumed; a checkpoint is signed. */
export function addRun(program: Command, cli: Cli): void {
  program
    .command('run')
    .summary('start, plan or resume a run')
    .description(
      'Starts a run of the definition in a file (YAML or JSON), or with --dry-run says what it would do. With --resume it drives a paused run on by hand, once its checkpoint is approved; runs go on by themselves as well.',
    )
    .option('--dag <file>', 'the definition; - reads standard input')
    .option('--dry-run', 'only say what would happen, in order')
    .option('--tenant <tenant>', 'of this tenant; the definition’s, or the key’s, unless said')
    .option('--param <key=value...>', 'what the tasks receive: texts, several at once or repeated', readPair)
    .option('--resume <run>', 'resume this run')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      if ((options.dag === undefined) === (options.resume === undefined))
        throw wrongUsage('Say --dag FILE, or --resume RUN.');
      const result = options.resume === undefined ? await start(cli, options) : await resume(cli, options.resume);
      if (options.json) cli.json(result);
      else cli.stdout.write('run_id' in result ? describeRun(result, cli) : describePlan(result, cli));
      if ('run_id' in result) assertAlive(result);
    });
  program
    .command('sign')
    .summary('sign a checkpoint')
    .description(
      'Gives one of the signatures that a checkpoint needs, as the person behind the key, at their own level.',
    )
    .argument('<id>', 'the checkpoint')
    .option('--kv <key=value...>', 'what its form asks for: texts, several at once or repeated', readPair)
    .option('--notes <text>', 'a note for the record')
    .action(async (id: string, _: unknown, command: Command) => {
      const { json, kv, notes } = command.optsWithGlobals<SignOptions>();
      const client = await cli.client();
      const { checkpoint } = await cli.patiently(() => client.getCheckpoint({ params: { id } }));
      const body = { notes, approval_data: toFormValues(kv, checkpoint?.inputs_schema ?? null) };
      const idempotencyKey = randomUUID();
      const signed = await cli.patiently(() => client.signCheckpoint({ params: { id }, body, idempotencyKey }));
      if (json) cli.json(signed);
      else cli.stdout.write(describeDecision(signed));
    });
}

async function start(cli: Cli, { dag: file = '-', dryRun, tenant, param }: RunOptions): Promise<RunResource | RunPlan> {
  const dag = readDefinition(file, await readInput(cli, file));
  const client = await cli.client();
  const named = tenant ?? (typeof dag.tenant_id === 'string' ? dag.tenant_id : (await client.getMe()).tenant_id);
  // The server is the one that says what is wrong with a definition, all of it at once.
  const body = {
    tenant_id: named,
    dag,
    dry_run: dryRun ?? false,
    params: param === undefined ? {} : Object.fromEntries(param),
  } as BodyInputOf<typeof startRun>;
  const idempotencyKey = randomUUID();
  return cli.patiently(() => client.startRun({ body, idempotencyKey }));
}

/** YAML, and so JSON as well. */
function readDefinition(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseYaml(text).value;
  } catch (error) {
    throw wrongUsage(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrongUsage(`${file} is no definition.`);
}

/**
 * Whoever starts or resumes a run in a script goes on only if it did not end badly; one that waits for somebody has not ended.
 * @throws CommandFailure where the run failed or was cancelled.
 */
export function assertAlive({ run_id: id, status, reason }: RunResource): void {
  if (status !== 'failed' && status !== 'cancelled') return;
  const why = reason === null ? '' : `: ${plainLine(reason)}`;
  throw new CommandFailure(`${id} is ${status}${why}`, { facts: { run_id: id, status } });
}

/** The token is good once, so the call is not repeated. A run that has gone on by itself meanwhile is where it should be. */
async function resume(cli: Cli, id: string): Promise<RunResource> {
  const client = await cli.client();
  const read = () => cli.patiently(() => client.getRun({ params: { id } }));
  const run = await read();
  const { status, resume_token: token } = run;
  if (status === 'succeeded' || (status === 'running' && token === null)) {
    cli.note(`${id} went on by itself.`);
    return run;
  }
  if (token === null)
    throw new CommandFailure(`${id} is ${status}: there is nothing to resume.`, { facts: { run_id: id, status } });
  try {
    return await client.resumeRun({ params: { id }, body: { resume_token: token } });
  } catch (error) {
    // It was faster by a moment.
    if (!isApiProblem(error, 'run/already-resumed')) throw error;
    cli.note(`${id} went on by itself.`);
    return read();
  }
}

/** A run in a few lines: where it is, and what it waits for. */
export function describeRun(run: RunResource, cli: Pick<Cli, 'width' | 'paint'>): string {
  const { run_id: id, status, reason, checkpoint_id: checkpoint, next_task_id: next } = run;
  const tasks = toTable(
    [
      { head: 'TASK', text: ({ id: task }: RunResource['tasks'][number]) => task, least: 12 },
      { head: 'STATUS', text: (task) => task.status },
      { head: 'WORKFLOW', text: (task) => task.workflow_ref ?? task.type },
      { head: 'ERROR', text: (task) => task.error ?? '', least: 8 },
    ],
    run.tasks,
    cli.width,
  );
  const waits =
    checkpoint === null
      ? ''
      : `It waits for ${checkpoint}${next === null ? '' : `, then ${plainLine(next)}`}: countersign approve ${checkpoint}\n`;
  return `${cli.paint.bold(id)} is ${status}${reason === null ? '' : `: ${plainLine(reason)}`}\n${waits}\n${tasks}`;
}

/** What a run would do, in order. */
function describePlan({ dag_name: name, status, reason, plan, lint }: RunPlan, { width }: Pick<Cli, 'width'>): string {
  const tasks = toTable(
    [
      { head: 'TASK', text: ({ task_id }: RunPlan['plan'][number]) => task_id, least: 12 },
      {
        head: 'WOULD BE',
        text: ({ outcome, conditional }) => `${outcome}${conditional ? ' (if its condition holds)' : ''}`,
      },
      { head: 'WORKFLOW', text: ({ workflow_ref: workflow, type }) => workflow ?? type },
    ],
    plan,
    width,
  );
  const ends = `${plainLine(name)} would end ${status}${reason === null ? '' : `: ${plainLine(reason)}`}\n`;
  return `${tasks}\n${ends}${lint.map(({ message }) => `Careful: ${plainLine(message)}\n`).join('')}`;
}
