import path from 'node:path';
import type { CallToolResult, Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { askTool, mcpOverHttp, openMcp, readSaid } from '@/lib/testing/mcp-session';
import { decide, note, queueItem, timeline, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';
import { instanceUrl } from './fixtures/instance';

/** How an agent's host reaches the tools. */
const WAYS: Record<string, (key: string) => Transport> = {
  'over HTTP': (key) => mcpOverHttp(instanceUrl(), key),
  'on standard input and output': (key) =>
    new StdioClientTransport({
      command: process.execPath,
      args: [path.resolve('dist/cli.mjs'), 'mcp'],
      env: { COUNTERSIGN_URL: instanceUrl(), COUNTERSIGN_TOKEN: key },
    }),
};

const WISH = { skill_id: 'payments.transfer', agent_id: 'invoice-agent', payload: { amount_cents: 250_000 } };

for (const [way, transport] of Object.entries(WAYS)) {
  test(`an agent's tool call ${way} waits until a person clicks Approve, and one that is rejected is told why`, async ({
    company,
    signIn,
  }) => {
    const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
    const agent = await openMcp(transport(await company.keyFor(['requests:create', 'requests:read'])));
    let isHeld = true;
    const heard: string[] = [];
    const ask = (title: string) =>
      agent
        .callTool(
          { name: 'request_approval', arguments: { ...WISH, title, wait_seconds: 300 } },
          { timeout: 300_000, onprogress: ({ message = '' }) => heard.push(message) },
        )
        .finally(() => {
          isHeld = false;
        });

    const held = ask('Pay invoice 4711');
    await queueItem(page, 'Pay invoice 4711').getByRole('link').click();
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(heard[0]).toMatch(/^req_\w+ waits for a person at level 3$/);
    expect(isHeld, 'the agent is still waiting').toBe(true);

    await note(page).fill('Checked against the order');
    await decide(page, 'Approve').click();
    await expect(told(page)).toContainText('Approved');
    const approved = readSaid((await held) as CallToolResult);
    expect(approved.data).toMatchObject({ status: 'approved', approved: true, reason: 'Checked against the order' });
    expect(approved.text).toContain('may be done now');

    const refused = ask('Pay invoice 4712');
    await queueItem(page, 'Pay invoice 4712').getByRole('link').click();
    await note(page).fill('Paid in March');
    await decide(page, 'Reject').click();
    const rejected = readSaid((await refused) as CallToolResult);
    expect(rejected.data).toMatchObject({ status: 'rejected', approved: false, reason: 'Paid in March' });
    expect(rejected.text).toContain('must not be done');

    await page.goto(`/requests/${String(approved.data.request_id)}`);
    await expect(timeline(page).first()).toContainText('Ada Okafor signed at level 3 and approved it');
    await agent.close();
  });
}

test("a person's own assistant decides with their key, and the open page shows it", async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  const { request_id } = await company.ask({ title: 'Pay invoice 4713' });
  await page.goto(`/requests/${request_id}`);
  await expect(decide(page, 'Approve')).toBeEnabled();

  const assistant = await openMcp(
    mcpOverHttp(instanceUrl(), await company.keyFor(['requests:read', 'requests:decide'], ada)),
  );
  const { data } = await askTool(assistant, 'get_request', { request_id });
  const approved = await askTool(assistant, 'approve_request', {
    request_id,
    viewed_digest: data.payload_digest,
    notes: 'Ada said so',
  });
  expect(approved.data).toMatchObject({ status: 'approved', approved: true });
  await expect(timeline(page).first()).toContainText('Ada Okafor signed at level 3 and approved it');
  await expect(decide(page, 'Approve')).toBeDisabled();
  await assistant.close();
});
