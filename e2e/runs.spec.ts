import type { Page } from 'playwright/test';
import { queueItem, told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect, workerPid } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { runnerOf, startRun, WEEKLY } from './fixtures/runs';

const task = (page: Page, id: string) => page.getByRole('region', { name: `Task ${id}` });
const row = (page: Page, id: string) =>
  page.getByRole('list', { name: 'Tasks' }).getByRole('button', { name: new RegExp(`^${id} `) });
const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: new RegExp(`^${name}`) });
const status = (page: Page, word: string) =>
  page.getByRole('main').locator('header').first().getByText(word, { exact: true });

test('a run pauses, its form is filled in where it stands, and it finishes by itself', async ({ company, signIn }) => {
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  expect(run.status).toBe('paused');
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/runs');
  await expect(place(page, 'Runs')).toHaveAccessibleName('Runs 1 waiting');
  const table = page.getByRole('table', { name: 'Runs' });
  await expect(table.getByRole('row', { name: 'weekly_ops_chain' })).toContainText('Paused');
  await expect(table.getByRole('row', { name: 'weekly_ops_chain' })).toContainText('at agree');
  await table.getByRole('link', { name: /weekly_ops_chain/ }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'weekly_ops_chain' })).toBeVisible();
  await expect(status(page, 'Paused')).toBeVisible();
  await expect(row(page, 'archive')).toContainText('Skipped');
  await expect(page.locator('[data-task-graph] [data-task]')).toHaveCount(4);
  const decision = task(page, 'agree');
  await expect(decision).toContainText('Send the weekly report?');
  // As the definition lists them, which is not the order of a database.
  await expect(decision.locator('form label')).toContainText([
    'What you looked at',
    'Remarks',
    'Region',
    'Budget',
    'Copies',
    'Urgent',
    'Due',
    'Contact',
    'Ticket',
    'Note',
  ]);

  // Nothing is sent that the form does not allow, and the first fault gets the focus.
  await decision.getByRole('button', { name: 'Approve' }).click();
  await expect(decision.getByLabel('What you looked at')).toBeFocused();
  await expect(decision.getByLabel('What you looked at')).toHaveAccessibleDescription('This is missing.');
  await decision.getByLabel('What you looked at').fill('The figures');
  await decision.getByLabel('Remarks').fill('Two lines\nof them');
  await decision.getByLabel('Region').click();
  await page.getByRole('option', { name: 'EU' }).click();
  await decision.getByLabel('Budget').fill('9000');
  await decision.getByLabel('Urgent').check();
  await decision.getByLabel('Due').fill('2026-11-30');
  await decision.getByLabel('Contact').fill('ada');
  await decision.getByLabel('Ticket').fill('https://example.com/4711');
  await decision.getByLabel('Note').fill('Seen');
  await decision.getByRole('button', { name: 'Approve' }).click();
  await expect(decision.getByLabel('Budget')).toHaveAccessibleDescription(/^A number from 1 to 5000\./);
  await expect(decision.getByLabel('Contact')).toHaveAccessibleDescription(/^An e-mail address/);
  await decision.getByLabel('Budget').fill('1200.50');
  await decision.getByLabel('Contact').fill('ada@example.com');
  await decision.getByRole('button', { name: 'Approve' }).click();

  await expect(told(page)).toContainText('Approved');
  await expect(status(page, 'Succeeded')).toBeVisible();
  await expect(place(page, 'Runs')).toHaveAccessibleName('Runs');
  await expect(row(page, 'report')).toContainText('Done');
  await row(page, 'report').click();
  await expect(page).toHaveURL(/task=report/);
  await expect(page.getByRole('table', { name: 'What report received' })).toContainText('agree__budget');
  await expect(page.getByRole('table', { name: 'What report received' })).toContainText('1200.5');
  await row(page, 'agree').click();
  await expect(page.getByRole('table', { name: 'What agree gave' })).toContainText('The figures');
  const timeline = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
  await expect(timeline.first()).toContainText('The run succeeded');
  await expect(timeline.filter({ hasText: 'agree was approved' })).toHaveCount(1);
});

test('what the server finds wrong stands beside its field, and what was typed stays', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(422);
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  // As a definition of a later version of this software would be answered.
  await page.route('**/approve', (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: '/problems/input/invalid',
        title: 'Some of this is not valid',
        status: 422,
        errors: [{ pointer: '/approval_data/signoff', detail: 'not on a Sunday' }],
      }),
    }),
  );
  await page.goto(`/requests/${run.checkpoint_id}`);
  await page.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve and go on' });
  await dialog.getByLabel('What you looked at').fill('The figures');
  await dialog.getByLabel('Region').click();
  await page.getByRole('option', { name: 'US' }).click();
  await dialog.getByLabel('Budget').fill('12');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await expect(dialog.getByLabel('What you looked at')).toHaveAccessibleDescription('Not on a Sunday.');
  await expect(dialog.getByLabel('What you looked at')).toHaveValue('The figures');
  await page.unroute('**/approve');
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await expect(dialog).toBeHidden();
  await expect(told(page)).toContainText('Approved');
  await page.getByRole('link', { name: 'Run weekly_ops_chain · task agree' }).click();
  await expect(status(page, 'Succeeded')).toBeVisible();
  await expect(task(page, 'agree')).toContainText('Approved');
});

test('a rejection without a reason is not sent, and with one it ends the run', async ({ company, signIn }) => {
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await expect(queueItem(page, 'Send the weekly report?')).toContainText('checkpoint of a run');
  await page.goto(`/runs/${run.run_id}`);
  const decision = task(page, 'agree');
  await decision.getByRole('button', { name: 'Reject' }).click();
  await expect(decision.getByLabel('Note')).toBeFocused();
  await expect(decision.getByLabel('Note')).toHaveAccessibleDescription(/a rejection needs a reason/);
  await decision.getByLabel('Note').fill('Too early');
  await decision.getByRole('button', { name: 'Reject' }).click();
  await expect(status(page, 'Failed')).toBeVisible();
  await expect(page.getByRole('note').filter({ hasText: 'Why it failed' })).toContainText('Too early');
  await expect(row(page, 'agree')).toContainText('Not approved');
  await row(page, 'report').click();
  await expect(task(page, 'report')).toContainText('Not reached');
  await expect(task(page, 'report')).toContainText('agree was not approved');
});

test('a run is cancelled with a reason, and what it waited for is withdrawn', async ({ company, signIn }) => {
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto(`/runs/${run.run_id}`);
  await page.getByRole('button', { name: 'Cancel run' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel weekly_ops_chain?' });
  await dialog.getByRole('button', { name: 'Cancel run' }).click();
  await expect(dialog.getByLabel('Reason')).toHaveAccessibleDescription(/^This is missing/);
  await dialog.getByLabel('Reason').fill('Wrong week');
  await dialog.getByRole('button', { name: 'Cancel run' }).click();
  await expect(status(page, 'Cancelled')).toBeVisible();
  await expect(page.getByRole('note').filter({ hasText: 'Why it ended' })).toContainText('Wrong week');
  await expect(page.getByRole('button', { name: 'Cancel run' })).toHaveCount(0);
  await expect(row(page, 'agree')).toContainText('Withdrawn');
  await expect(task(page, 'agree')).toContainText('Wrong week');
  await expect(row(page, 'report')).toContainText('Not reached');
  await page.goto(`/requests/${run.checkpoint_id}`);
  await expect(page.getByText('Cancelled', { exact: true })).toBeVisible();
});

test('a task that failed is tried again, and the run goes on from there', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const decider = connect(await company.keyFor(['requests:decide', 'requests:read'], ada));
  const run = await startRun(await runnerOf(company), company, {
    name: 'pay_invoice',
    tasks: [
      {
        id: 'pay',
        workflow_ref: 'approval',
        params: { skill_id: 'payments.transfer', payload: { amount_cents: 250_000 } },
      },
      { id: 'book', workflow_ref: 'echo', depends_on: ['pay'] },
    ],
  });
  const waiting = run.tasks.find(({ id }) => id === 'pay')?.request_id ?? '';
  await decider.rejectRequest({ params: { id: waiting }, body: { notes: 'The amount is wrong' } });
  const page = await signIn(ada);
  await page.goto(`/runs/${run.run_id}`);
  await expect(status(page, 'Failed')).toBeVisible();
  await expect(task(page, 'pay')).toContainText('The amount is wrong');
  await task(page, 'pay').getByRole('button', { name: 'Try again' }).click();
  const dialog = page.getByRole('dialog', { name: 'Try pay again?' });
  await dialog.getByLabel('Reason').fill('The amount was corrected');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(status(page, 'Paused')).toBeVisible();
  await task(page, 'pay').getByRole('button', { name: 'Approve' }).click();
  await expect(status(page, 'Succeeded')).toBeVisible();
  await expect(row(page, 'book')).toContainText('Done');
});

test('a run is started from the console: its plan is shown before, and it is found by its filters', async ({
  company,
  signIn,
}) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/runs');
  await expect(page.getByText('Nothing has run yet')).toBeVisible();
  await page.getByRole('button', { name: 'Start the first one' }).click();
  const dialog = page.getByRole('dialog', { name: 'Start a run' });
  const plan = dialog.getByRole('list', { name: 'Plan' }).getByRole('listitem');
  await expect(plan).toHaveCount(3);
  await dialog.getByRole('checkbox', { name: 'sign_off' }).check();
  await expect(plan.filter({ hasText: 'sign_off' })).toContainText('is rejected');
  await dialog.getByRole('button', { name: 'Start the run' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'weekly_ops_chain' })).toBeVisible();
  await expect(status(page, 'Paused')).toBeVisible();
  // Who started it does not decide it.
  await expect(task(page, 'sign_off')).toContainText('You started this run');

  await page.getByRole('navigation', { name: 'Back' }).getByRole('link', { name: 'Runs' }).click();
  const runs = page.getByRole('table', { name: 'Runs' });
  await expect(runs.getByRole('row')).toHaveCount(2);
  await page.getByRole('navigation', { name: 'Status' }).getByRole('link', { name: 'Failed' }).click();
  await expect(page.getByText('No run is like that')).toBeVisible();
  await expect(page).toHaveURL(/status=failed/);
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await expect(runs.getByRole('row')).toHaveCount(2);
});

test('what a task asks of policy leads to its run, from the queue and back', async ({ company, signIn }) => {
  await startRun(await runnerOf(company), company, {
    name: 'pay_invoice',
    tasks: [{ id: 'pay', workflow_ref: 'approval', params: { skill_id: 'payments.transfer', title: 'Pay Ada Ltd' } }],
  });
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await expect(queueItem(page, 'Pay Ada Ltd')).toContainText('in a run');
  await queueItem(page, 'Pay Ada Ltd').click();
  const panel = page.getByRole('region', { name: 'Selected request' });
  await panel.getByRole('link', { name: 'Run pay_invoice · task pay' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'pay_invoice' })).toBeVisible();
  await task(page, 'pay').getByRole('link', { name: 'Everything about it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pay Ada Ltd' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Run pay_invoice · task pay' })).toBeVisible();
});

test('a run that does not go on by itself is resumed by hand', async ({ company, signIn }) => {
  const worker = workerPid();
  test.skip(worker === null, 'The worker of an instance that was running before is not halted.');
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const decider = connect(await company.keyFor(['requests:decide', 'requests:read'], ada));
  const run = await startRun(await runnerOf(company), company, {
    name: 'weekly_report',
    tasks: [
      { id: 'agree', type: 'checkpoint', prompt: 'Send it?' },
      { id: 'send', workflow_ref: 'echo', depends_on: ['agree'] },
    ],
  });
  const page = await signIn(ada);
  await page.goto(`/runs/${run.run_id}`);
  await expect(status(page, 'Paused')).toBeVisible();
  process.kill(worker ?? 0, 'SIGSTOP');
  try {
    await decider.approveRequest({ params: { id: run.checkpoint_id ?? '' }, body: { notes: 'Seen' } });
    const notice = page.getByRole('note').filter({ hasText: 'Approved, and not yet gone on' });
    await notice.getByRole('button', { name: 'Resume now' }).click();
    await expect(status(page, 'Succeeded')).toBeVisible();
    await expect(notice).toHaveCount(0);
  } finally {
    process.kill(worker ?? 0, 'SIGCONT');
  }
  await expect(page.getByRole('list', { name: 'Timeline' })).toContainText('The run went on, by Ada Okafor');
});

test('a run whose checkpoint is not approved is not resumed, and says where that stands', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(409);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const reader = connect(await company.keyFor(['requests:read', 'requests:create'], ada));
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const id = run.checkpoint_id ?? '';
  const page = await signIn(ada);
  // What this page has read of the checkpoint is wrong, as it is where an approval was taken back with a restored database; and it learns
  // no better before the click, however often it reads.
  let asked = false;
  await page.route(`**/api/v1/runs/${run.run_id}/resume`, (route) => {
    asked = true;
    return route.continue();
  });
  await page.route(`**/api/v1/policy/requests/${id}`, async (route) => {
    if (asked) return route.continue();
    const answer = await route.fetch();
    const resolved_at = new Date(Date.now() - 60_000).toISOString();
    return route.fulfill({ response: answer, json: { ...(await answer.json()), status: 'approved', resolved_at } });
  });
  await page.goto(`/runs/${run.run_id}`);
  await expect(status(page, 'Paused')).toBeVisible();
  await reader.commentRequest({ params: { id }, body: { text: 'Is anybody there?' } });
  const resume = page.getByRole('button', { name: 'Resume now' });
  await expect(resume).toBeVisible();
  await resume.click();
  const refused = page.getByRole('alert').filter({ hasText: 'The run did not go on: agree is not approved' });
  await expect(refused).toContainText('The checkpoint is still open');
  await expect(refused.getByRole('link', { name: 'What is asked there' })).toHaveAttribute('href', `/requests/${id}`);
  await expect(task(page, 'agree').getByRole('button', { name: 'Approve' })).toBeEnabled();
  await refused.getByRole('button', { name: 'Close' }).click();
  await expect(refused).toHaveCount(0);
  await expect(resume).toHaveCount(0);
});

test('all of it without a mouse', async ({ company, signIn }) => {
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/queue');
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible();
  await page.goto(`/runs/${run.run_id}`);
  await page.getByRole('button', { name: /^Look at it/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#task-agree')).toBeFocused();
  await row(page, 'sweep').focus();
  await page.keyboard.press('Enter');
  await expect(task(page, 'sweep')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(row(page, 'archive')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const decision = task(page, 'agree');
  await decision.getByLabel('What you looked at').focus();
  await page.keyboard.type('The figures');
  await page.keyboard.press('Tab');
  await expect(decision.getByLabel('Remarks')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('option', { name: 'EU' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(decision.getByLabel('Region')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('12');
  await page.keyboard.press('Enter');
  await expect(status(page, 'Succeeded')).toBeVisible();
});

test('a run is decided on a phone', async ({ company, signIn }) => {
  const run = await startRun(await runnerOf(company), company, WEEKLY);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }), PHONE);
  await open(page, '/runs', 'Runs');
  await expectNoSidewaysScroll(page);
  await page.goto(`/runs/${run.run_id}`);
  await expect(page.locator('[data-task-graph]')).toBeHidden();
  await expectNoSidewaysScroll(page);
  const decision = task(page, 'agree');
  await decision.getByLabel('What you looked at').fill('From the train');
  await decision.getByLabel('Region').tap();
  await page.getByRole('option', { name: 'EU' }).tap();
  await decision.getByLabel('Budget').fill('12');
  await decision.getByRole('button', { name: 'Approve' }).tap();
  await expect(status(page, 'Succeeded')).toBeVisible();
  await row(page, 'report').tap();
  await expect(task(page, 'report')).toContainText('agree__signoff');
  await expectNoSidewaysScroll(page);
});
