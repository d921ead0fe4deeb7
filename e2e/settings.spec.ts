import { SCOPE_WORDS } from '@/components/settings/keys-words';
import { readSecret, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { signInByHand } from './fixtures/sign-in';

test('an owner adds somebody, who signs in, is promoted and removed', async ({ company, signIn, browser, guard }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }));
  const email = `oz@${company.tenantId}.example`;
  await page.goto('/settings/members');

  await page.getByRole('button', { name: 'Add member' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a member' });
  await adding.getByRole('textbox', { name: 'Email' }).fill(email);
  await adding.getByRole('textbox', { name: 'Name' }).fill('Oz Demir');
  await adding.getByRole('radio', { name: 'Level 2' }).check();
  await adding.getByRole('button', { name: 'Make one up' }).click();
  await adding.getByRole('button', { name: 'Add member' }).click();
  const handover = page.getByRole('dialog', { name: 'Hand over the first password' });
  const password = await readSecret(handover, 'First password');
  await handover.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(password)).toHaveCount(0);
  const row = page.getByRole('table', { name: 'Members' }).getByRole('row', { name: /Oz Demir/ });
  await expect(row).toContainText('Level 2');

  const theirs = await browser.newContext();
  const oz = await theirs.newPage();
  guard.watch(oz);
  await signInByHand(oz, { email, password });
  await expect(oz.getByRole('button', { name: /Oz Demir.*Operator/ })).toBeVisible();

  await row.getByRole('button', { name: 'Change Oz Demir' }).click();
  const changing = page.getByRole('dialog', { name: 'Change Oz Demir' });
  await expect(changing.getByRole('button', { name: 'Save' })).toBeDisabled();
  await changing.getByRole('radio', { name: /^Admin/ }).check();
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(told(page).filter({ hasText: 'Oz Demir is admin at level 4' })).toBeVisible();
  await expect(row).toContainText('Level 4');
  await oz.reload();
  await expect(oz.getByRole('button', { name: /Oz Demir.*Admin/ })).toBeVisible();

  await row.getByRole('button', { name: 'Remove Oz Demir' }).click();
  const removing = page.getByRole('alertdialog', { name: 'Remove Oz Demir?' });
  await removing.getByRole('button', { name: 'Remove' }).click();
  await expect(told(page).filter({ hasText: 'Oz Demir is no longer a member' })).toBeVisible();
  await expect(row).toHaveCount(0);
  // Whoever is removed is out at once: with the next event, or the next page.
  guard.allow(401);
  await oz.goto('/insights');
  await expect(oz).toHaveURL(/\/login\?callbackUrl=%2Finsights/);
  await theirs.close();
});

test('a key is shown once, works at once, and is refused once it is revoked', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  // Who makes a key is excluded from what it asks for.
  await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: 'Create key' }).click();
  const creating = page.getByRole('dialog', { name: 'Create an API key' });
  await creating.getByRole('textbox', { name: 'Name' }).fill('Deployer');
  await creating.getByRole('button', { name: 'Create key' }).click();
  const made = page.getByRole('dialog', { name: 'Store this key now' });
  const key = await readSecret(made, 'API key');
  expect(key).toMatch(/^csk_/);
  await page.keyboard.press('Escape');
  await expect(made.getByRole('alert')).toContainText('It is gone when this closes');
  await made.getByRole('button', { name: 'I have stored it' }).click();
  await expect(made).toBeHidden();
  await expect(page.getByText(key)).toHaveCount(0);

  const deployer = connect(key);
  expect(await deployer.getMe()).toMatchObject({ tenant_id: company.tenantId, via: 'api_key' });
  expect((await company.ask({ skill_id: 'deploy.production' }, deployer)).status).toBe('pending');

  const row = page.getByRole('table', { name: 'API keys' }).getByRole('row', { name: /Deployer/ });
  await expect(row).toContainText('asks and reads requests');
  await row.getByRole('button', { name: 'Revoke Deployer' }).click();
  const revoking = page.getByRole('alertdialog', { name: 'Revoke Deployer?' });
  await revoking.getByRole('button', { name: 'Revoke' }).click();
  await expect(told(page).filter({ hasText: 'Deployer is revoked' })).toBeVisible();
  await expect(row).toHaveCount(0);
  await expect(deployer.getMe()).rejects.toMatchObject({ status: 401 });
});

test('a key that may change policy asks for a fresh sign-in, and the form is as it was afterwards', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(403);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/settings/keys');
  // The answer of five minutes later, which no journey waits for.
  await page.route('**/api/v1/keys', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 403,
          contentType: 'application/problem+json',
          body: JSON.stringify({ type: '/problems/auth/step-up-required', title: 'Too old', status: 403 }),
        })
      : route.continue(),
  );
  await page.getByRole('button', { name: 'Create key' }).click();
  const creating = page.getByRole('dialog', { name: 'Create an API key' });
  const policies = creating.getByRole('checkbox', { name: SCOPE_WORDS['policy:manage'].label });
  const fresh = creating.getByRole('alert').filter({ hasText: 'This needs a fresh sign-in' });
  await creating.getByRole('textbox', { name: 'Name' }).fill('Rules from Git');
  await policies.check();
  await creating.getByRole('button', { name: 'Create key' }).click();
  await expect(fresh).toBeVisible();
  // Whoever asks for less is not asked who they are.
  await policies.uncheck();
  await expect(fresh).toBeHidden();
  await policies.check();
  await creating.getByRole('button', { name: 'Create key' }).click();
  await creating.getByRole('link', { name: 'Sign in again' }).click();
  await page.unroute('**/api/v1/keys');
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page).toHaveURL(/\/settings\/keys$/);
  await expect(creating.getByRole('textbox', { name: 'Name' })).toHaveValue('Rules from Git');
  await expect(policies).toBeChecked();
  await creating.getByRole('button', { name: 'Create key' }).click();
  const made = page.getByRole('dialog', { name: 'Store this key now' });
  expect(await readSecret(made, 'API key')).toMatch(/^csk_/);
  await made.getByRole('button', { name: 'I have stored it' }).click();
  // Nothing of it is left for the next one.
  await page.reload();
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(creating.getByRole('textbox', { name: 'Name' })).toHaveValue('');
});

test('a changed password ends every other session and keeps this one', async ({ company, signIn, guard }) => {
  const ada = await company.hire('Ada Okafor', { role: 'operator' });
  const here = await signIn(ada);
  const elsewhere = await signIn(ada);
  await elsewhere.goto('/settings/account');
  await here.goto('/settings/account');
  const next = 'another horse, quite as correct';

  guard.allow(401);
  guard.allow(403);
  await here.getByLabel('Current password').fill('not the right one');
  await here.getByLabel('New password', { exact: true }).fill(next);
  await here.getByLabel('New password, again').fill(next);
  await here.getByRole('button', { name: 'Change password' }).click();
  await expect(here.getByLabel('Current password')).toBeFocused();
  await expect(here.getByLabel('Current password')).toHaveAccessibleDescription(/\S/);

  await here.getByLabel('Current password').fill(ada.password);
  await here.getByRole('button', { name: 'Change password' }).click();
  await expect(told(here).filter({ hasText: 'Password changed' })).toBeVisible();
  await here.goto('/queue');
  await expect(here.getByRole('heading', { level: 1, name: 'Queue' })).toBeAttached();
  await elsewhere.goto('/queue');
  await expect(elsewhere).toHaveURL(/\/login/);

  await elsewhere.getByLabel('Email').fill(ada.email);
  await elsewhere.getByLabel('Password').fill(ada.password);
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  await expect(elsewhere.getByText('The e-mail or the password is not right.')).toBeVisible();
  await signInByHand(elsewhere, { email: ada.email, password: next });
});

test('signing out everywhere ends every session, this one too', async ({ company, signIn, guard }) => {
  guard.allow(401);
  const ada = await company.hire('Ada Okafor', { role: 'viewer' });
  const here = await signIn(ada);
  const elsewhere = await signIn(ada);
  await elsewhere.goto('/insights');
  await here.goto('/settings/account');
  await expect(here.getByRole('table', { name: 'Sign-ins' }).getByText('Signed in')).toHaveCount(1);
  await here.getByRole('button', { name: 'Sign out everywhere' }).click();
  const asking = here.getByRole('alertdialog', { name: 'Sign out everywhere?' });
  await asking.getByRole('button', { name: 'Sign out everywhere' }).click();
  await expect(here).toHaveURL(/\/login$/);
  await elsewhere.goto('/insights');
  await expect(elsewhere).toHaveURL(/\/login\?callbackUrl=%2Finsights/);
  await here.goto('/queue');
  await expect(here).toHaveURL(/\/login/);
});
