import type { Command } from 'commander';
import type { Cli } from '../cli';
import { CommandFailure, wrongUsage } from '../command-failure';
import type { SweepName } from '../sweep';

interface Options {
  json?: boolean;
  once?: boolean;
}

const SWEEPS = {
  escalate: { summary: 'escalate what is due, once', done: 'escalated' },
  expire: { summary: 'expire what is due, once', done: 'expired' },
} as const satisfies Record<SweepName, { summary: string; done: string }>;

/** `escalate --once` and `expire --once`: on the server's machine, with its settings. */
export function addSweeps(program: Command, cli: Cli): void {
  for (const [name, { summary, done }] of Object.entries(SWEEPS) as [SweepName, (typeof SWEEPS)[SweepName]][]) {
    program
      .command(name)
      .summary(summary)
      .description(
        `Does once what the worker does on every tick, and says how many requests were ${done}. It works on the database (DATABASE_URL and the server’s other settings), so it runs where the server runs; a worker that does the same meanwhile is no harm.`,
      )
      .option('--once', 'the only way that there is: the worker does it for ever')
      .action(async (_: unknown, command: Command) => {
        const { json, once } = command.optsWithGlobals<Options>();
        if (!once) throw wrongUsage(`Say: countersign ${name} --once. Again and again is what the worker does.`);
        const moved = await sweep(name);
        if (json) cli.json({ [done]: moved });
        else cli.stdout.write(`${moved} ${moved === 1 ? 'request' : 'requests'} ${done}.\n`);
      });
  }
}

async function sweep(name: SweepName): Promise<number> {
  return onServer(({ sweepOnce }) => sweepOnce(name));
}

/** Does what needs the database and the server's settings. */
export async function onServer<T>(work: (sweep: typeof import('../sweep')) => Promise<T>): Promise<T> {
  // A bundle beside this one: everybody else starts without the database's libraries.
  const sweep: typeof import('../sweep') = await import(new URL('./sweep.mjs', import.meta.url).href);
  try {
    return await work(sweep);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `${reason}\n  This runs where the server runs, with its DATABASE_URL and other settings.`,
      {
        cause: error,
      },
    );
  }
}
