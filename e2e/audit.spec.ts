import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';

test('what happened is listed, found by who did it, downloaded as CSV, and proven', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  const ben = await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  const cleo = await company.hire('Cleo Marsh', { role: 'operator', level: 3 });
  const first = await company.ask({ title: 'Pay invoice 4711' });
  const second = await company.ask({ title: '=HYPERLINK("http://evil.example")' });
  for (const [person, { request_id }, notes] of [
    [ben, first, 'Checked against the order'],
    [cleo, second, '=1+1'],
  ] as const) {
    const key = connect(await company.keyFor(['requests:decide'], person));
    await key.approveRequest({ params: { id: request_id }, body: { notes } });
  }

  await page.goto('/audit');
  const events = page
    .getByRole('table', { name: 'Events' })
    .getByRole('row')
    .filter({ has: page.getByRole('link') });
  await expect(events).toHaveCount(4);
  await expect(events.first()).toContainText('Cleo Marsh approved it at level 3');

  await page.getByRole('combobox', { name: 'Who' }).fill('Ben Haddad');
  await expect(events).toHaveCount(1);
  await expect(page).toHaveURL(/actor=Ben(\+|%20)Haddad/);
  await expect(events.first()).toContainText('Ben Haddad approved it at level 3');
  await expect(events.first()).toContainText('Checked against the order');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const ofBen = await readFile(await (await download).path(), 'utf8');
  expect(ofBen.trim().split('\n')).toHaveLength(2);
  expect(ofBen).toContain(first.request_id);
  expect(ofBen).toContain('Checked against the order');
  expect(ofBen).not.toContain(second.request_id);

  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(events).toHaveCount(4);
  await expect(page.getByRole('combobox', { name: 'Who' })).toHaveValue('');
  const everything = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const ofAll = await readFile(await (await everything).path(), 'utf8');
  expect(ofAll, 'no spreadsheet takes what somebody wrote for a formula').not.toMatch(/(^|,)"?[=+@-]\D/m);

  await page.getByRole('button', { name: 'What: Everything' }).click();
  const rejected = page.getByRole('dialog', { name: 'What happened' }).getByRole('checkbox', { name: 'Rejected' });
  await rejected.click();
  await expect(rejected).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(page.getByText('No event is like that')).toBeVisible();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await expect(events).toHaveCount(4);

  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('Nothing was changed, cut or reordered')).toBeVisible();
  await events.filter({ hasText: 'Ben Haddad' }).getByRole('link').click();
  await expect(page).toHaveURL(`/requests/${first.request_id}`);
});

test('whoever may not see the history is not led to it, and is told 404 where they go themselves', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(404);
  const page = await signIn(await company.hire('Vera Lindt', { role: 'viewer' }));
  const main = page.getByRole('navigation', { name: 'Main' });
  await expect(main.getByRole('link', { name: 'Insights' })).toBeVisible();
  await expect(main.getByRole('link', { name: 'Audit' })).toHaveCount(0);
  expect((await page.goto('/audit'))?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeAttached();
  expect((await page.goto('/insights'))?.status()).toBe(200);
});
