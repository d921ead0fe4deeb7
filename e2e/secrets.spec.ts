import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';

const VALUE = 'what only the two of us know';

test('a secret is added, narrowed, let go further with its value, replaced and removed, and never shown', async ({
  company,
  signIn,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const page = await signIn(ada);
  await open(page, '/settings/secrets', 'Secrets');
  await expect(page.getByText('There is no secret')).toBeVisible();

  await page.getByRole('button', { name: 'Add secret' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a secret' });
  await adding.getByRole('button', { name: 'Add secret' }).click();
  await expect(adding.getByLabel('Name')).toBeFocused();
  await expect(adding.getByLabel('Value')).toHaveAccessibleDescription(/^This is missing/);
  await expect(adding.getByLabel('Hosts that it may be sent to')).toHaveAccessibleDescription(
    /^Name at least one host/,
  );
  await adding.getByLabel('Name').fill('CRM_TOKEN');
  await adding.getByLabel('Value').fill(VALUE);
  await adding.getByLabel('Hosts that it may be sent to').fill('*.example.com\nhttps://wrong.example');
  await adding.getByRole('button', { name: 'Add secret' }).click();
  await expect(adding.getByLabel('Hosts that it may be sent to')).toHaveAccessibleDescription(
    /^Not a host: https:\/\/wrong.example\./,
  );
  await adding.getByLabel('Hosts that it may be sent to').fill('*.example.com\napi.partner.example:8443');
  await adding.getByRole('button', { name: 'Add secret' }).click();
  await expect(told(page)).toContainText('CRM_TOKEN is stored');
  const secret = page.getByRole('table', { name: 'Secrets' }).getByRole('row', { name: /CRM_TOKEN/ });
  await expect(secret).toContainText('Value 1');
  await expect(secret).toContainText('No definition');

  const params = {
    method: 'GET',
    url: 'https://crm.example.com/',
    headers: { authorization: { $secret: 'CRM_TOKEN' } },
  };
  const dag = { name: 'crm_sync', tasks: [{ id: 'pull', workflow_ref: 'http', params }] };
  await writer.putDag({ params: { name: 'crm_sync' }, body: dag });
  await page.reload();
  await expect(secret.getByRole('link', { name: 'crm_sync' })).toBeVisible();

  // Fewer hosts need no value; a further one does.
  await secret.getByRole('button', { name: 'Change hosts of CRM_TOKEN' }).click();
  const hosts = page.getByRole('dialog', { name: 'Where CRM_TOKEN may go' });
  await expect(hosts.getByLabel('Value')).toHaveCount(0);
  await hosts.getByLabel('Hosts that it may be sent to').fill('crm.example.com');
  await hosts.getByRole('button', { name: 'Save hosts' }).click();
  await expect(secret).not.toContainText('api.partner.example');
  await expect(secret).toContainText('Value 1');
  await secret.getByRole('button', { name: 'Change hosts of CRM_TOKEN' }).click();
  await hosts.getByLabel('Hosts that it may be sent to').fill('crm.example.com\nevil.example');
  await expect(hosts.getByRole('status')).toContainText('This needs the value again');
  await hosts.getByRole('button', { name: 'Save hosts' }).click();
  await expect(hosts.getByLabel('Value')).toHaveAccessibleDescription(/^This is missing/);
  await hosts.getByLabel('Value').fill(VALUE);
  await hosts.getByRole('button', { name: 'Save hosts' }).click();
  await expect(secret).toContainText('evil.example');
  await expect(secret).toContainText('Value 2');

  await secret.getByRole('button', { name: 'Replace value of CRM_TOKEN' }).click();
  const replacing = page.getByRole('dialog', { name: 'Replace the value of CRM_TOKEN' });
  await expect(replacing.getByLabel('Value')).toHaveValue('');
  await replacing.getByLabel('Value').fill('short');
  await replacing.getByRole('button', { name: 'Replace value' }).click();
  await expect(replacing.getByLabel('Value')).toHaveAccessibleDescription(/^At least 8 characters/);
  await replacing.getByLabel('Value').fill('another value of enough length');
  await replacing.getByRole('button', { name: 'Replace value' }).click();
  await expect(secret).toContainText('Value 3');
  await expect(page.locator('body')).not.toContainText(VALUE);

  await secret.getByRole('button', { name: 'Remove CRM_TOKEN' }).click();
  const removing = page.getByRole('alertdialog', { name: 'Remove CRM_TOKEN?' });
  await expect(removing).toContainText('This definition refers to it: crm_sync.');
  await removing.getByRole('button', { name: 'Keep as it is' }).click();
  await expect(secret).toBeVisible();
  await secret.getByRole('button', { name: 'Remove CRM_TOKEN' }).click();
  await removing.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(page.getByText('There is no secret')).toBeVisible();
});

test('who may not manage policy neither sees nor finds the secrets', async ({ company, signIn, guard }) => {
  guard.allow(404);
  const page = await signIn(await company.hire('Ben Haddad', { role: 'operator' }));
  await page.goto('/settings/account');
  await expect(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Secrets' })).toHaveCount(
    0,
  );
  await page.goto('/settings/secrets');
  await expect(page.getByRole('heading', { level: 1, name: 'Not found' })).toBeVisible();
});

test('secrets that cannot be read say so, and are read again', async ({ company, signIn, guard }) => {
  guard.allow(503);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const body = {
    value: VALUE,
    allowed_hosts: ['a-host-with-a-long-name-for-a-narrow-screen.eu-central-1.example.com'],
  };
  await writer.putSecret({
    params: { name: 'A_NAME_AS_LONG_AS_THE_NAMES_OF_SECRETS_MAY_BE_AND_NOT_ONE_MORE_X' },
    body,
  });
  const page = await signIn(ada, PHONE);
  await open(page, '/settings/secrets', 'Secrets');
  await expectNoSidewaysScroll(page);
  await expectAccessible(page, 'the secrets', () => open(page, '/settings/secrets', 'Secrets'));
  await expectAccessible(page, 'adding a secret', async () => {
    await open(page, '/settings/secrets', 'Secrets');
    await page.getByRole('button', { name: 'Add secret' }).click();
    await expect(page.getByRole('dialog', { name: 'Add a secret' })).toBeVisible();
  });
  await open(page, '/settings/secrets', 'Secrets');
  await page.route('**/api/v1/secrets', (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: '/problems/service/unavailable',
        title: 'Not available at the moment',
        status: 503,
      }),
    }),
  );
  await page.getByRole('button', { name: /^Replace value/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Replace the value/ });
  await dialog.getByLabel('Value').fill('another value of enough length');
  await dialog.getByRole('button', { name: 'Replace value' }).click();
  const stale = page.getByRole('alert').filter({ hasText: 'The secrets could not be read again' });
  await expect(stale).toContainText('Not available at the moment');
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText('Value 1');
  await page.unroute('**/api/v1/secrets');
  await stale.getByRole('button', { name: 'Try again' }).click();
  await expect(stale).toHaveCount(0);
  await expect(page.getByRole('table', { name: 'Secrets' })).toContainText('Value 2');
});
