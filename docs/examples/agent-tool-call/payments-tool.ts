/**
 * A tool for agents, over the Model Context Protocol on standard input and output: `transfer_money`. Whatever agent calls it is held until
 * a person has approved the transfer in Countersign; the agent neither needs to know that nor can get around it.
 */
import { createClient } from '@countersign/client';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';
import { heldUntilApproved, NotApproved } from './held-until-approved.ts';
import { pay } from './ledger.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Set ${name}`);
}

const countersign = createClient({ baseUrl: setting('COUNTERSIGN_URL'), token: setting('COUNTERSIGN_TOKEN') });

const Transfer = z.strictObject({
  invoice: z.string().min(1).max(64),
  to: z.string().min(1).max(200),
  amount_cents: z.int().min(1),
  currency: z.string().length(3),
  because: z.string().min(1).max(1000).describe('Why this should be paid, for the person who decides'),
});

function makeServer(): McpServer {
  const server = new McpServer({ name: 'payments', version: '1.0.0' });
  server.registerTool(
    'transfer_money',
    {
      description: 'Pays an invoice. A person may have to approve it first: the call then takes as long as they do.',
      inputSchema: Transfer,
    },
    async ({ because, ...payload }, { mcpReq }) => {
      try {
        const receipt = await heldUntilApproved(
          countersign,
          {
            tenant_id: process.env.COUNTERSIGN_TENANT ?? 'default',
            skill_id: 'payments.transfer',
            agent_id: 'invoice-agent',
            payload,
            title: `Pay ${payload.to} ${(payload.amount_cents / 100).toFixed(2)} ${payload.currency}`,
            justification: because,
            correlation_id: `invoice-${payload.invoice}`,
          },
          // What was approved is what is paid, not what the agent might say by now.
          ({ request_id, payload: approved }) => pay(request_id, Transfer.omit({ because: true }).parse(approved)),
          mcpReq.signal,
        );
        return { content: [{ type: 'text', text: `Paid: ${receipt}` }] };
      } catch (error) {
        if (!(error instanceof NotApproved)) throw error;
        return { isError: true, content: [{ type: 'text', text: error.message }] };
      }
    },
  );
  return server;
}

serveStdio(makeServer, { onerror: (error) => console.error(error.message) });
