import { expectAccessible } from './fixtures/axe';
import type { Company } from './fixtures/company';
import { note } from './fixtures/console-pages';
import { reportDrift, SUMMARISING } from './fixtures/costs';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { open, PAGES } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';
import { runnerOf, startRun, WEEKLY } from './fixtures/runs';

test.describe.configure({ timeout: 420_000 });

test('pages for everybody', async ({ page, guard }) => {
  guard.allow(401);
  guard.allow(404);
  await expectAccessible(page, 'sign-in', () => open(page, '/login', 'Sign in'));
  await expectAccessible(page, 'sign-in, with nothing filled in', async () => {
    await open(page, '/login', 'Sign in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByLabel('Email')).toHaveAccessibleDescription('This is missing.');
    await expect(page.getByLabel('Password')).toHaveAccessibleDescription('This is missing.');
    await expect(page.getByLabel('Email')).toBeFocused();
  });
  await expectAccessible(page, 'sign-in, refused', async () => {
    await open(page, '/login', 'Sign in');
    await page.getByLabel('Email').fill('nobody@example.com');
    await page.getByLabel('Password').fill('not a password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('The e-mail or the password is not right.')).toBeVisible();
  });
  await expectAccessible(page, 'documentation', () => open(page, '/docs', 'The API'));
  await expectAccessible(page, 'not found', () => open(page, '/nowhere', 'Not found'));
});

test('pages of a company in which nothing has happened', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }));
  for (const { path, heading } of PAGES) {
    await expectAccessible(page, `${path}, empty`, () => open(page, path, heading));
  }
});

test('pages of a company at work', async ({ company, signIn, receiver }) => {
  await work(company);
  await company.ask({ webhook_url: `${receiver.url}/hooks`, webhook_secret: 'what only the two of us know' });
  await receiver.waitFor(1);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }));
  for (const { path, heading } of PAGES) {
    await expectAccessible(page, path, () => open(page, path, heading));
  }
  await expectAccessible(page, 'deliveries', async () => {
    await open(page, '/settings/webhooks?tab=deliveries', 'Webhooks');
    await expect(page.getByRole('table', { name: 'Deliveries' })).toBeVisible();
  });
  await page
    .getByRole('table', { name: 'Deliveries' })
    .getByRole('link', { name: /^approval.created/ })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'approval.created' })).toBeVisible();
  const delivery = new URL(page.url()).pathname;
  await expectAccessible(page, 'a delivery', () => open(page, delivery, 'approval.created'));
  await expectAccessible(page, 'adding an endpoint', async () => {
    await open(page, '/settings/webhooks', 'Webhooks');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    await expect(page.getByRole('dialog', { name: 'Add an endpoint' })).toBeVisible();
  });
  await expectAccessible(page, 'adding a member', async () => {
    await open(page, '/settings/members', 'Members');
    await page.getByRole('button', { name: 'Add member' }).click();
    await expect(page.getByRole('dialog', { name: 'Add a member' })).toBeVisible();
  });
  await expectAccessible(page, 'creating a key', async () => {
    await open(page, '/settings/keys', 'API keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    await expect(page.getByRole('dialog', { name: 'Create an API key' })).toBeVisible();
  });
});

test('the rules', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'owner' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const body = { tenant_id: company.tenantId, description: 'As agreed', rules: TRANSFER_RULES };
  const { version } = await writer.createPolicySet({ body });
  await writer.activatePolicySet({ params: { version }, body: { reason: 'Agreed with finance' } });
  const draft = await writer.createPolicySet({ body });
  const page = await signIn(ada);
  await expectAccessible(page, 'versions', () => open(page, '/policies', 'Policies'));
  await expectAccessible(page, 'a version, tried', async () => {
    await open(page, `/policies/${draft.version}`, draft.version);
    await page.getByText('2 examples').click();
    await page.getByRole('button', { name: 'Ask policy' }).click();
    await expect(page.getByText('Both decide the same.')).toBeVisible();
  });
  await expectAccessible(page, 'activating a version', async () => {
    await open(page, `/policies/${draft.version}`, draft.version);
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
    await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/^This is missing/);
  });
});

test('a cost model that has drifted', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'owner' });
  const manager = connect(await company.keyFor(['policy:manage'], ada));
  await manager.putCostModels({ body: { cost_models: [SUMMARISING] }, ifMatch: '*' });
  await reportDrift(company, manager);
  const page = await signIn(ada);
  const look = async () => {
    await open(page, '/settings/cost-models', 'Cost models');
    await expect(page.getByText('Automatic approval off')).toBeVisible();
  };
  await expectAccessible(page, 'the model', look);
  await expectAccessible(page, 'changing it', async () => {
    await look();
    await page.getByRole('button', { name: 'Change' }).click();
    await expect(page.getByRole('status', { name: 'It would cost' })).toContainText('1.00');
  });
  await expectAccessible(page, 'its versions', async () => {
    await look();
    await page.getByRole('button', { name: 'Versions' }).click();
    await expect(page.getByRole('rowheader', { name: 'Version 1' })).toBeVisible();
  });
});

test('a request in every state', async ({ company, signIn, guard }) => {
  guard.allow(404);
  const requests = await work(company);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  for (const [state, id] of Object.entries(requests)) {
    await expectAccessible(page, `a request that is ${state}`, () => open(page, `/requests/${id}`, `It is ${state}`));
  }
  await expectAccessible(page, 'a request without the note that it needs', async () => {
    await open(page, `/requests/${requests.pending}`, 'It is pending');
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await expect(note(page)).toHaveAccessibleDescription(/a rejection needs a reason/);
  });
  await expectAccessible(page, 'no such request', () => open(page, '/requests/req_missing', 'Not found'));
});

test('runs', async ({ company, signIn }) => {
  const runner = await runnerOf(company);
  const run = await startRun(runner, company, WEEKLY);
  const cancelled = await startRun(runner, company, WEEKLY);
  await runner.cancelRun({ params: { id: cancelled.run_id }, body: { reason: 'Wrong week' } });
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await expectAccessible(page, 'the runs', async () => {
    await open(page, '/runs', 'Runs');
    await expect(page.getByRole('table', { name: 'Runs' }).getByRole('row')).toHaveCount(3);
  });
  const decision = page.getByRole('region', { name: 'Task agree' });
  await expectAccessible(page, 'a run that waits, with a form that is not right', async () => {
    await open(page, `/runs/${run.run_id}`, 'weekly_ops_chain');
    await decision.getByRole('button', { name: 'Approve' }).click();
    await expect(decision.getByLabel('What you looked at')).toHaveAccessibleDescription('This is missing.');
  });
  await expectAccessible(page, 'a run that was cancelled', () =>
    open(page, `/runs/${cancelled.run_id}`, 'weekly_ops_chain'),
  );
  await expectAccessible(page, 'a checkpoint in the queue', async () => {
    await open(page, `/requests/${run.checkpoint_id}`, 'Send the weekly report?');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('dialog', { name: 'Approve and go on' })).toBeVisible();
  });
  await expectAccessible(page, 'starting a run', async () => {
    await open(page, '/runs', 'Runs');
    await page.getByRole('button', { name: 'Start a run' }).click();
    await expect(page.getByRole('list', { name: 'Plan' })).toBeVisible();
  });
});

/** Brings a request into every state there is; answers with their ids. */
async function work(company: Company) {
  const ben = await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  const decider = connect(await company.keyFor(['requests:decide', 'requests:create'], ben));
  const askFor = async (state: string, over: Parameters<Company['ask']>[0] = {}) => {
    const { request_id: id } = await company.ask({ title: `It is ${state}`, ...over });
    return id;
  };
  const expired = await askFor('expired', { expires_in_seconds: 1 });
  const approved = await askFor('approved', { links: [{ title: 'The invoice', url: 'https://example.com/4711' }] });
  await decider.approveRequest({ params: { id: approved }, body: { notes: 'Checked against the order' } });
  const rejected = await askFor('rejected');
  await decider.rejectRequest({ params: { id: rejected }, body: { notes: 'The amount is wrong' } });
  const cancelled = await askFor('cancelled');
  await company.agent.cancelRequest({ params: { id: cancelled }, body: { reason: 'Asked for twice' } });
  // Nobody here has level 5: it is said at once.
  const escalated = await askFor('escalated', { required_level: 5 });
  const pending = await askFor('pending', { min_approvals: 2 });
  await decider.approveRequest({ params: { id: pending }, body: { notes: 'The first of two' } });
  const { status } = await company.agent.getRequest({ params: { id: expired }, query: { wait: 30 } });
  expect(status).toBe('expired');
  return { pending, escalated, approved, rejected, expired, cancelled };
}
