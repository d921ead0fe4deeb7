import type { Command } from 'commander';
import type { Cli } from '../cli';

/** `mcp`: the tools for agents on standard input and output, for an agent's host to start. It ends with its input. */
export function addMcp(program: Command, cli: Cli): void {
  program
    .command('mcp')
    .summary('tools for agents, on standard input and output')
    .description(
      'Serves the Model Context Protocol on standard input and output, for an agent’s host to start: asking for approval and waiting for it, ' +
        'reading, and with a person’s key deciding. What it can do is what the API key may do.',
    )
    .action(async () => {
      // A bundle beside this one: everybody else starts without the protocol's library.
      const { serveMcpStdio }: typeof import('@/lib/mcp/stdio') = await import(
        new URL('./mcp.mjs', import.meta.url).href
      );
      serveMcpStdio({ client: await cli.client(), onError: ({ message }) => cli.note(message) });
    });
}
