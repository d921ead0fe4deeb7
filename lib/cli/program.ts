import { Command } from 'commander';
import type { Cli } from './cli';
import { addApply } from './commands/apply';
import { addArchive } from './commands/archive';
import { addCompletion } from './commands/completion';
import { addDecide } from './commands/decide';
import { addEval } from './commands/eval';
import { addEvents } from './commands/events';
import { addExport } from './commands/export';
import { addList } from './commands/list';
import { addLogin } from './commands/login';
import { addMcp } from './commands/mcp';
import { addRun } from './commands/run';
import { addShow } from './commands/show';
import { addSweeps } from './commands/sweeps';
import { addVerify } from './commands/verify';
import { addWait } from './commands/wait';

/** Every command. A row here is how you add one. */
const COMMANDS = [
  addList,
  addShow,
  addDecide,
  addRun,
  addWait,
  addEval,
  addEvents,
  addExport,
  addVerify,
  addApply,
  addSweeps,
  addArchive,
  addLogin,
  addMcp,
  addCompletion,
] as const;

/** The command line, ready to be parsed. What is wrong with the usage is thrown as a CommanderError. */
export function makeProgram(cli: Cli): Command {
  const program = new Command('countersign')
    .description('Asks, decides and looks after approvals, from a terminal.')
    .option('--json', 'print JSON; what goes wrong, too')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void cli.stdout.write(text),
      writeErr: (text) => void cli.stderr.write(text),
      getOutHelpWidth: () => cli.stdout.columns ?? 100,
      getErrHelpWidth: () => cli.stderr.columns ?? 100,
    })
    .helpCommand('help [command]', 'say how a command is used')
    .addHelpText(
      'after',
      `
COUNTERSIGN_URL says where the server is, COUNTERSIGN_TOKEN is the API key; without them what login has kept counts.
USER_RBAC_ROLE (Viewer, Operator, Admin, Owner) makes the server treat the key as that role, if it is lower than its own.

Exit codes: 0 done, 1 refused or failed (the reason on standard error), 2 wrong usage.`,
    )
    .exitOverride();
  for (const add of COMMANDS) add(program, cli);
  return program;
}
