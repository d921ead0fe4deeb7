import type { Page } from 'playwright/test';
import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

test.describe.configure({ timeout: 300_000 });

const foreseen = (page: Page) => page.getByRole('status', { name: 'What the sample needs' });
const rows = (page: Page) => page.getByRole('list', { name: 'Levels' }).getByRole('listitem');
const save = (page: Page) => page.getByRole('button', { name: 'Save levels' });
const path = '/settings/levels';

test('the level that a request would need is seen before the rows are saved, and is what it needs afterwards', async ({
  company,
  signIn,
}) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await open(page, path, 'Approval levels');
  await expect(page.getByText('Nothing is configured', { exact: true })).toBeVisible();
  await expect(foreseen(page)).toContainText('Level 3, one person');
  await expect(foreseen(page)).toContainText('No row speaks for it');
  await expect(save(page)).toHaveAccessibleDescription(/Nothing is changed/);

  await page.getByRole('button', { name: 'Add a row' }).click();
  await expect(page.getByRole('textbox', { name: 'Skill' }).first()).toBeFocused();
  await page.getByRole('textbox', { name: 'Skill' }).first().fill('payments.transfer');
  const row = rows(page).first();
  await row.getByRole('combobox', { name: 'Level' }).click();
  await page.getByRole('option', { name: 'Level 4' }).click();
  await row.getByRole('textbox', { name: 'People' }).fill('2');
  await expect(foreseen(page)).toContainText('Level 4, 2 people');
  await expect(row).toContainText('speaks for the sample');
  await row.getByRole('textbox', { name: 'Automatic up to a cost of' }).fill('300');
  await expect(foreseen(page)).toContainText('Approved automatically');
  await page.getByRole('textbox', { name: 'Amount' }).fill('300.01');
  await expect(foreseen(page)).toContainText('above the automatic limit of 300.00');

  // What is wrong is left out of the preview and keeps the rows from being saved.
  await row.getByRole('textbox', { name: 'Escalates after' }).fill('soon');
  await expect(row.getByRole('textbox', { name: 'Escalates after' })).toHaveAccessibleDescription(/Write 30 s/);
  await expect(foreseen(page)).toContainText('One row is wrong and left out.');
  await expect(save(page)).toHaveAccessibleDescription(/One row is wrong/);
  await row.getByRole('textbox', { name: 'Escalates after' }).fill('10 min');
  await expect(foreseen(page)).toContainText('Escalates after 10 min');

  await save(page).click();
  await expect(told(page)).toContainText('The levels are saved');
  await expect(rows(page).first()).toContainText('automatic up to 300.00 · escalates after 10 min');
  expect(await company.ask({ payload: { amount_cents: 30_001 } })).toMatchObject({
    required_level: 4,
    min_approvals: 2,
  });
  expect(await company.ask({ payload: { amount_cents: 30_000 } })).toMatchObject({ status: 'approved' });

  await rows(page).first().getByRole('button', { name: 'Remove payments.transfer' }).click();
  await expect(foreseen(page)).toContainText('Level 3, one person');
  await told(page).getByRole('button', { name: 'Undo' }).click();
  await expect(foreseen(page)).toContainText('Level 4, 2 people');
});

test('what somebody else saved meanwhile is shown, and what is typed stays', async ({ company, signIn, guard }) => {
  guard.allow(412);
  const writer = connect(await company.keyFor(['policy:manage']));
  const put = async (levels: { level: number; skill_id?: string }[]) =>
    writer.putLevels({ body: { tenant_id: company.tenantId, levels }, ifMatch: '*' });
  await put([{ level: 3 }]);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await open(page, path, 'Approval levels');
  const change = async (level: number) => {
    await page.getByRole('button', { name: /^Every request/ }).click();
    await rows(page).first().getByRole('combobox', { name: 'Level' }).click();
    await page.getByRole('option', { name: `Level ${level}` }).click();
  };
  await change(5);

  // Another part of the configuration has changed: nobody is overwritten, so nobody is asked.
  await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: [] } });
  const saving = page.waitForResponse((answer) => answer.request().method() === 'PUT');
  await save(page).click();
  expect((await saving).status()).toBe(200);
  await expect(told(page)).toContainText('The levels are saved');

  await change(4);
  await put([{ level: 2 }, { level: 5, skill_id: 'deploy' }]);
  await save(page).click();
  const conflict = page.getByRole('alert').filter({ hasText: 'Somebody else has changed the levels meanwhile' });
  await expect(conflict).toContainText('deploy: added');
  await expect(conflict).toContainText('Every request: changed');
  await expect(rows(page).first()).toContainText('Level 4');
  await conflict.getByRole('button', { name: 'Save mine instead' }).click();
  await expect(save(page)).toHaveAccessibleDescription(/Nothing is changed/);
  await expect(conflict).toBeHidden();
  await expect(rows(page)).toHaveCount(1);
  expect((await company.ask()).required_level).toBe(4);

  await change(1);
  await put([{ level: 2 }]);
  await save(page).click();
  await conflict.getByRole('button', { name: 'Give mine up for theirs' }).click();
  await expect(rows(page).first()).toContainText('Level 2');
  expect((await company.ask()).required_level).toBe(2);
});

test('on a phone, beside active rules, and for everybody', async ({ company, signIn }) => {
  const writer = connect(await company.keyFor(['policy:manage']));
  await writer.putLevels({
    body: {
      tenant_id: company.tenantId,
      levels: [
        { level: 3 },
        { level: 4, skill_id: `a-long-name-${'of-a-skill-'.repeat(12)}`, agent_id: 'billing-bot', min_approvals: 2 },
      ],
    },
    ifMatch: '*',
  });
  const set = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: TRANSFER_RULES } });
  await writer.activatePolicySet({ params: { version: set.version }, body: { reason: 'Agreed' } });
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const phone = await signIn(ada, PHONE);
  phone.on('dialog', (dialog) => void dialog.accept());
  await open(phone, path, 'Approval levels');
  await phone.getByRole('button', { name: /^Every request/ }).tap();
  await expectNoSidewaysScroll(phone);
  await expect(phone.getByText('Rules decide', { exact: true })).toBeVisible();

  const page = await signIn(ada);
  page.on('dialog', (dialog) => void dialog.accept());
  await expectAccessible(page, 'levels, with a row open and another wrong', async () => {
    await open(page, path, 'Approval levels');
    await page.getByRole('button', { name: /^Every request/ }).click();
    await page.getByRole('button', { name: 'Add a row' }).click();
    await expect(page.getByText('Another row speaks for the same requests.').first()).toBeVisible();
  });
});
