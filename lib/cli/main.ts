/** `countersign`: the command line. It talks to a server through the typed client, and knows nothing that another client could not know. */
import { CommanderError } from 'commander';
import { terminalEnv } from '@/lib/platform/env';
import { type Cli, makeCli } from './cli';
import { CommandFailure, describeFailure, failureFacts } from './command-failure';
import { makeProgram } from './program';
import { plainJson } from './terminal/plain-text';

const FAILED = 1;
const WRONG_USAGE = 2;

async function main(): Promise<void> {
  // Who stops reading (`| head`) has had enough: that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const cli = makeCli(terminalEnv(), process);
  try {
    await makeProgram(cli).parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(cli, error);
  }
}

/** Says what went wrong, and with which code the process ends. */
function report(cli: Cli, error: unknown): number {
  cli.progress.end();
  // Commander has said it already; help that was asked for is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  const code = error instanceof CommandFailure ? error.exitCode : FAILED;
  const facts = process.argv.includes('--json') ? failureFacts(error) : null;
  if (facts !== null) cli.stderr.write(`${plainJson(JSON.stringify({ error: facts }))}\n`);
  else cli.stderr.write(`countersign: ${describeFailure(error) ?? describeFault(error)}\n`);
  return code;
}

function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main();
