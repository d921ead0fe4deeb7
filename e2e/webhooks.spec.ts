import { readSecret, told } from './fixtures/console-pages';
import { readDelivery } from './fixtures/deliveries';
import { expect, test } from './fixtures/index';

test('an endpoint is added, tried, told, and sent again what it missed', async ({ company, signIn, receiver }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/settings/webhooks');
  await expect(page.getByText('Nobody is told')).toBeVisible();

  await page.getByRole('button', { name: 'Add endpoint' }).click();
  const adding = page.getByRole('dialog', { name: 'Add an endpoint' });
  await adding.getByRole('textbox', { name: 'URL' }).fill(`${receiver.url}/hooks`);
  await adding.getByRole('textbox', { name: 'Description' }).fill('The ledger');
  await adding.getByRole('button', { name: 'Add endpoint' }).click();
  const shown = page.getByRole('dialog', { name: 'Store this secret now' });
  const secret = await readSecret(shown, 'Signing secret');
  expect(secret).toMatch(/^whsec_/);
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await expect(page.getByText(secret)).toHaveCount(0);

  const endpoint = page
    .getByRole('list', { name: 'Endpoints' })
    .getByRole('listitem')
    .filter({ hasText: 'The ledger' });
  await endpoint.getByRole('button', { name: /^Send test/ }).click();
  await expect(endpoint.getByRole('status').filter({ hasText: /Answered 204 in/ })).toBeVisible();
  const [first] = await receiver.waitFor(1);
  if (!first) throw new Error('The test has arrived');
  expect(readDelivery(secret, first).type).toBe('webhook.test');

  await endpoint.getByRole('link', { name: 'Open the delivery' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'webhook.test' })).toBeVisible();
  const attempts = page.getByRole('list', { name: 'Attempts' }).getByRole('listitem');
  await expect(attempts).toHaveCount(1);
  await page.getByRole('button', { name: 'Redeliver' }).click();
  await expect(attempts).toHaveCount(2);
  const [, again] = await receiver.waitFor(2);
  if (!again) throw new Error('It has arrived again');
  expect(readDelivery(secret, again).type).toBe('webhook.test');
  expect(again.header('webhook-id')).toBe(first.header('webhook-id'));
  expect(again.body).toBe(first.body);

  const request = await company.ask({ title: 'Pay invoice 4711' });
  const [, , heard] = await receiver.waitFor(3);
  expect(heard && readDelivery(secret, heard)).toMatchObject({
    type: 'approval.created',
    data: { request_id: request.request_id },
  });
  await page.goto('/settings/webhooks');
  await page.getByRole('navigation', { name: 'Webhooks' }).getByRole('link', { name: 'Deliveries' }).click();
  const log = page
    .getByRole('table', { name: 'Deliveries' })
    .getByRole('row')
    .filter({ has: page.getByRole('link') });
  await expect(log).toHaveCount(2);
  await expect(log.filter({ hasText: 'approval.created' })).toContainText('Delivered');
  await expect(log.filter({ hasText: 'webhook.test' })).toContainText('Answered 204, attempt 2');

  await page
    .getByRole('navigation', { name: 'Webhooks' })
    .getByRole('link', { name: /^Endpoints/ })
    .click();
  await endpoint.getByRole('button', { name: /^Rotate secret/ }).click();
  await page
    .getByRole('dialog', { name: /^Rotate the secret/ })
    .getByRole('button', { name: 'Rotate secret' })
    .click();
  const next = await readSecret(shown, 'Signing secret');
  expect(next).not.toBe(secret);
  await shown.getByRole('button', { name: 'I have stored it' }).click();
  await endpoint.getByRole('button', { name: /^Send test/ }).click();
  const rotated = (await receiver.waitFor(4))[3];
  expect(rotated && readDelivery(next, rotated).type).toBe('webhook.test');

  await endpoint.getByRole('button', { name: /^Remove/ }).click();
  await page
    .getByRole('alertdialog', { name: /^Remove/ })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect(told(page).filter({ hasText: 'is removed' })).toBeVisible();
  await expect(page.getByText('Nobody is told')).toBeVisible();
});
