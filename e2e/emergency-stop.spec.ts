import { decide } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { expectNoSidewaysScroll } from './fixtures/pages';

test('one switch stops everybody, every open page says so, and it ends as it began', async ({ company, signIn }) => {
  const owner = await company.hire('Olga Zorn', { role: 'owner' });
  const admin = await company.hire('Ada Okafor', { role: 'admin' });
  const viewer = await company.hire('Vera Lind', { role: 'viewer' });
  const request = await company.ask();
  const deciding = await signIn(admin);
  await deciding.goto(`/requests/${request.request_id}`);
  await expect(decide(deciding, 'Approve')).toBeEnabled();
  const looking = await signIn(viewer, PHONE);
  await looking.goto('/insights');
  const banner = (page: typeof deciding) => page.getByRole('region', { name: 'Emergency stop' });
  await expect(banner(looking)).toHaveCount(0);

  const page = await signIn(owner);
  await page.goto('/settings/emergency-stop');
  await page.getByRole('button', { name: 'Stop everything' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop everything?' });
  await stopping.getByRole('button', { name: 'Stop everything' }).click();
  await expect(stopping.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/^This is missing/);
  await stopping.getByRole('textbox', { name: 'Reason' }).fill('The credentials of billing-bot leaked');
  await stopping.getByRole('button', { name: 'Stop everything' }).click();

  // Nobody reloads.
  for (const seen of [page, deciding, looking]) {
    await expect(banner(seen)).toContainText('The emergency stop is on: nothing is approved.');
    await expect(banner(seen)).toContainText('The credentials of billing-bot leaked');
    await expect(banner(seen)).toBeInViewport();
  }
  await expect(banner(page).getByRole('link', { name: 'End it' })).toBeVisible();
  await expect(banner(deciding).getByRole('link')).toHaveCount(0);
  await expect(decide(deciding, 'Approve')).toHaveAccessibleDescription(
    'The emergency stop is on: nothing is approved.',
  );
  await expectNoSidewaysScroll(looking);
  await looking.goto('/queue');
  await expect(banner(looking)).toBeVisible();
  expect(await company.ask()).toMatchObject({ status: 'rejected', resolved_by: 'policy' });

  await page.goto('/queue');
  await banner(page).getByRole('link', { name: 'End it' }).click();
  await page.getByRole('button', { name: 'End the stop' }).click();
  const ending = page.getByRole('dialog', { name: 'End the emergency stop?' });
  await ending.getByRole('textbox', { name: 'Reason' }).fill('The key was revoked');
  await ending.getByRole('button', { name: 'End the stop' }).click();
  for (const seen of [page, deciding, looking]) await expect(banner(seen)).toHaveCount(0);
  await decide(deciding, 'Approve').click();
  await expect(deciding.getByRole('list', { name: 'Timeline' })).toContainText('approved');
});
