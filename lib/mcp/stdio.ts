import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Client } from '@/lib/client';
import { createMcpServer } from './server';

export interface McpStdioOptions {
  /** Calls the API over the network with the key of whoever started this process. */
  client: Client;
  /** Where faults are told: standard output is the protocol's. */
  onError: (error: Error) => void;
}

/**
 * Serves the tools on this process's standard input and output until the input ends. Waits that are under way are given up then, so that
 * the process ends with its client.
 */
export function serveMcpStdio({ client, onError }: McpStdioOptions): void {
  serveStdio(() => createMcpServer({ client, remote: true }), { onerror: onError, maxSubscriptions: 0 });
}
