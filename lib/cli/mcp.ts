/**
 * The Model Context Protocol on standard input and output, for an agent's host to start: `node dist/mcp.mjs` with COUNTERSIGN_URL and
 * COUNTERSIGN_TOKEN. Its tools call that server with that key. Ends with its input; 2 when it does not know whom to call.
 */
import { createClient } from '@/lib/client';
import { serveMcpStdio } from '@/lib/mcp';
import { commandLineEnv } from '@/lib/platform/env';

function main(): number {
  const { url, token } = commandLineEnv();
  if (url === null || token === null) {
    console.error('Set COUNTERSIGN_URL to the address of the server and COUNTERSIGN_TOKEN to an API key.');
    return 2;
  }
  const client = createClient({ baseUrl: url.replace(/\/+$/, ''), token });
  serveMcpStdio({ client, onError: (error) => console.error(error.message) });
  return 0;
}

process.exitCode = main();
