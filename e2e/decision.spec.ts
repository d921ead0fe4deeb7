import { decide, note, queueItem, timeline, told } from './fixtures/console-pages';
import { readDelivery } from './fixtures/deliveries';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';

const SECRET = 'what only the two of us know';

test('a request goes from the API to a person’s decision and back', async ({ company, signIn, receiver }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await expect(page.getByText('Nothing is open')).toBeVisible();
  const opened = await page.evaluate(() => performance.timeOrigin);

  const request = await company.ask({
    title: 'Pay invoice 4711',
    webhook_url: `${receiver.url}/hooks`,
    webhook_secret: SECRET,
  });
  const item = queueItem(page, 'Pay invoice 4711');
  await expect(item).toBeVisible();
  await expect(
    page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Queue 1 open' }),
  ).toBeVisible();
  expect(await page.evaluate(() => performance.timeOrigin), 'the page was not loaded again').toBe(opened);
  await receiver.waitFor(1);

  await item.getByRole('link').click();
  await page.getByRole('region', { name: 'Selected request' }).getByRole('link', { name: 'Pay invoice 4711' }).click();
  await expect(page).toHaveURL(`/requests/${request.request_id}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Pay invoice 4711' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Why this needs a person' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Who can decide' })).toContainText('Ada Okafor (you)');

  await note(page).fill('Checked against the order');
  await decide(page, 'Approve').click();
  await expect(told(page)).toContainText('Approved');
  const [latest] = await timeline(page).all();
  await expect(latest ?? timeline(page)).toContainText('Ada Okafor signed at level 3 and approved it');
  await expect(latest ?? timeline(page)).toContainText('Checked against the order');
  await expect(page.getByRole('list', { name: 'Signatures' })).toContainText('Ada Okafor');

  const arrived = await receiver.waitFor(2);
  const deliveries = arrived.map((delivery) => readDelivery(SECRET, delivery));
  expect(deliveries.map(({ type }) => type)).toEqual(['approval.created', 'approval.approved']);
  expect(deliveries[1]?.data).toMatchObject({ request_id: request.request_id, status: 'approved' });
  const { resolved_at } = await company.agent.getRequest({ params: { id: request.request_id } });
  const tookMs = performance.timeOrigin + (arrived[1]?.atMs ?? Number.NaN) - Date.parse(resolved_at ?? '');
  console.log(`The caller was told ${Math.round(tookMs)} ms after the decision`);
  expect(tookMs).toBeLessThan(5_000);
  await expect(page.getByRole('region', { name: 'Deliveries' }).getByText('Delivered')).toHaveCount(2);

  await page.goto('/insights');
  const chart = page.getByRole('region', { name: 'Time to approve', exact: true });
  await expect(
    chart.getByRole('img', { name: /^Time to approve by day. Over the whole time the median is / }),
  ).toBeVisible();
  await chart.getByText('Numbers of “Time to approve”').click();
  await expect(chart.getByRole('row').filter({ has: page.getByRole('cell', { name: '1', exact: true }) })).toHaveCount(
    1,
  );
});

test('a rejection needs a reason: without one the note gets the focus and says so', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  const { request_id } = await company.ask();
  await page.goto(`/requests/${request_id}`);

  await decide(page, 'Reject').click();
  await expect(note(page)).toBeFocused();
  await expect(note(page)).toHaveAccessibleDescription(
    'Say why: a rejection needs a reason. Write it here, then reject.',
  );
  expect((await company.agent.getRequest({ params: { id: request_id } })).status).toBe('pending');

  await note(page).fill('The amount is wrong');
  await expect(note(page)).toHaveAccessibleDescription('');
  await decide(page, 'Reject').click();
  await expect(told(page)).toContainText('Rejected');
  await expect(timeline(page).first()).toContainText('Ada Okafor rejected it at level 3');
  await expect(timeline(page).first()).toContainText('The amount is wrong');
  expect((await company.agent.getRequest({ params: { id: request_id } })).status).toBe('rejected');
});

test('who clicks too late is told who was faster, and sees what really happened', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(409);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  const ben = await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  const faster = connect(await company.keyFor(['requests:decide', 'requests:read'], ben));
  const { request_id } = await company.ask();
  await page.goto(`/requests/${request_id}`);
  await page.route('**/approve', async (route) => {
    // What was clicked shows at once …
    await expect(timeline(page).first()).toContainText('Ada Okafor signed at level 3 and approved it');
    await faster.rejectRequest({ params: { id: request_id }, body: { notes: 'Paid already' } });
    await route.continue();
  });

  await note(page).fill('Looks right');
  await decide(page, 'Approve').click();
  // … and is taken back when it turns out not to be so.
  await expect(told(page)).toContainText('Your approval was not recorded');
  await expect(told(page)).toContainText(/Ben Haddad rejected it at \d\d:\d\d/);
  await expect(timeline(page)).toHaveCount(2);
  await expect(timeline(page).first()).toContainText('Ben Haddad rejected it at level 3');
  await expect(page.getByRole('list', { name: 'Signatures' })).not.toContainText('Ada Okafor');
  await expect(decide(page, 'Approve')).toBeDisabled();
  await expect(decide(page, 'Approve')).toHaveAccessibleDescription('This request is already rejected.');
});

test('nobody approves their own request, but they may take it back', async ({ company, signIn }) => {
  const cleo = await company.hire('Cleo Marsh', { role: 'operator', level: 3 });
  const page = await signIn(cleo);
  const own = connect(await company.keyFor(['requests:create', 'requests:read'], cleo));
  const { request_id } = await company.ask({ agent_id: null }, own);
  await page.goto(`/requests/${request_id}`);

  await expect(decide(page, 'Approve')).toBeDisabled();
  await expect(decide(page, 'Approve')).toHaveAccessibleDescription('You cannot decide your own request.');
  await page.keyboard.press('a');
  await expect(told(page)).toContainText('You cannot decide your own request.');

  await decide(page, 'Cancel request').click();
  await expect(note(page)).toBeFocused();
  await note(page).fill('Asked for twice');
  await decide(page, 'Cancel request').click();
  await expect(told(page).filter({ hasText: 'Request cancelled' })).toBeVisible();
  await expect(timeline(page).first()).toContainText('Cleo Marsh took it back');
  const after = await company.agent.getRequest({ params: { id: request_id } });
  expect(after).toMatchObject({ status: 'cancelled', approvals_count: 0 });
});

test('two clicks before the page has drawn one are one decision', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  const { request_id } = await company.ask();
  await page.goto(`/requests/${request_id}`);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url());
  });
  await expect(page.getByRole('region', { name: 'Who can decide' })).toContainText('Ada Okafor');
  await decide(page, 'Approve').evaluate((button: HTMLButtonElement) => {
    button.click();
    button.click();
  });
  await expect(told(page)).toContainText('Approved');
  await expect(timeline(page)).toHaveCount(2);
  expect(sent).toHaveLength(1);
});

test('what one has decided in another tab already is no refusal', async ({ company, signIn, guard }) => {
  guard.allow(409);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const elsewhere = connect(await company.keyFor(['requests:decide', 'requests:read'], ada));
  const page = await signIn(ada);
  const { request_id } = await company.ask();
  await page.goto(`/requests/${request_id}`);
  await page.route('**/approve', async (route) => {
    await elsewhere.approveRequest({ params: { id: request_id }, body: {} });
    await route.continue();
  });
  await decide(page, 'Approve').click();
  await expect(told(page)).toHaveText(/^Approved/);
  await expect(timeline(page)).toHaveCount(2);
});

test('the note keeps its room beside the list, however wide the screen', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await company.ask({ title: 'Pay invoice 4711' });
  for (const width of [820, 1100, 1180, 1260, 1440, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    if (width === 820) await queueItem(page, 'Pay invoice 4711').getByRole('link').click();
    if (width === 1100) await page.goto('/queue');
    await expect(decide(page, 'Cancel request')).toBeVisible();
    expect((await note(page).boundingBox())?.width, `at ${width} px`).toBeGreaterThan(180);
  }
});

test('on a phone a decision leads on to the next request, and the last one to the queue', async ({
  company,
  signIn,
}) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }), PHONE);
  for (const title of ['First', 'Second']) await company.ask({ title });
  await expect(queueItem(page, 'Second')).toBeVisible();
  await queueItem(page, 'First').getByRole('link').tap();
  await decide(page, 'Approve').tap();
  await page.getByRole('link', { name: 'Next request' }).tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Second' })).toBeVisible();
  await decide(page, 'Approve').tap();
  await expect(decide(page, 'Approve')).toBeHidden();
  await page.getByRole('link', { name: 'Back to the queue' }).tap();
  await expect(page.getByText('Nothing is open')).toBeVisible();
});
