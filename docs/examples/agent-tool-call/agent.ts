/**
 * What an agent’s host does when its model has chosen a tool, without the model: `node agent.ts`. The call below is held until somebody
 * clicks Approve or Reject in the console.
 */
import { Client } from '@modelcontextprotocol/client';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const { COUNTERSIGN_URL = '', COUNTERSIGN_TOKEN = '', COUNTERSIGN_TENANT = 'default' } = process.env;
const transport = new StdioClientTransport({
  command: process.execPath,
  args: ['payments-tool.ts'],
  cwd: import.meta.dirname,
  env: { ...getDefaultEnvironment(), COUNTERSIGN_URL, COUNTERSIGN_TOKEN, COUNTERSIGN_TENANT },
});
const agent = new Client({ name: 'invoice-agent', version: '1.0.0' });
await agent.connect(transport);

console.log(`Calling transfer_money. Decide it at ${COUNTERSIGN_URL}/queue …`);
const answer = await agent.callTool(
  {
    name: 'transfer_money',
    arguments: {
      invoice: '4711',
      to: 'Northwind GmbH',
      amount_cents: 250_000,
      currency: 'EUR',
      because: 'The invoice matches order 0815 and is due on Friday',
    },
  },
  // People take longer than the minute after which a client gives up by itself.
  { timeout: 24 * 60 * 60 * 1000 },
);
for (const part of answer.content) if (part.type === 'text') console.log(part.text);
await agent.close();
