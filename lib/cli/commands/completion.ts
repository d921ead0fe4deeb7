import { Argument, type Command } from 'commander';
import type { Cli } from '../cli';
import { type CommandWords, completionScript, SHELLS, type Shell } from '../completion';

/** `completion`: what a shell needs to complete commands and options, made from the commands themselves. */
export function addCompletion(program: Command, cli: Cli): void {
  program
    .command('completion')
    .summary('a completion script for a shell')
    .description('Prints a script that completes commands and options; its first lines say where it belongs.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => {
      cli.stdout.write(completionScript(shell, program.name(), wordsOf(program)));
    });
}

/** Every command as a shell sees it; the options of the program itself belong to each. */
export function wordsOf(program: Command): CommandWords[] {
  const everywhere = program.options.filter(({ hidden }) => !hidden);
  return program.commands.map((command) => {
    const [argument] = command.registeredArguments;
    return {
      name: command.name(),
      summary: command.summary(),
      options: [...command.options, ...everywhere].map(({ short, long, description, required, optional }) => ({
        flags: [short, long].filter((flag) => typeof flag === 'string'),
        description,
        takesValue: required || optional,
        takesFile: required && /^(--file|--output)$/.test(long ?? ''),
      })),
      argument:
        argument === undefined ? null : { choices: argument.argChoices ?? [], isFile: argument.name() === 'file' },
    };
  });
}
