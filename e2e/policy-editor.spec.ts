import type { Page } from 'playwright/test';
import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

const condition = (page: Page) => page.getByRole('textbox', { name: 'Condition' });
const findings = (page: Page) => page.getByRole('status', { name: 'The condition' });
const save = (page: Page) => page.getByRole('button', { name: 'Save as a draft' });
/** The editor has taken the place of the plain field. */
const editorIsThere = (page: Page) => expect(page.locator('.cm-content[aria-labelledby]').first()).toBeVisible();

test('a rule is written, mended where it is wrong, tried, saved, compared and activated', async ({
  company,
  signIn,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/policies');
  await page.getByRole('link', { name: 'New version' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New version' })).toBeVisible();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await expect(page.getByRole('textbox', { name: 'Id' })).toBeFocused();

  // What is missing is said at its field, before anybody is asked.
  await save(page).click();
  await expect(page.getByRole('textbox', { name: 'Id' })).toHaveAccessibleDescription(/This is missing/);
  await expect(page.getByText('It is not saved: one rule is wrong.')).toBeVisible();

  await page.getByRole('textbox', { name: 'Id' }).fill('transfer-over-1k');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Transfers above 1,000.00 need a manager');
  await page.getByRole('combobox', { name: 'Level' }).click();
  await page.getByRole('option', { name: 'Level 4' }).click();

  // A fault, underlined and said with its place; then a warning with a way to put it right.
  await editorIsThere(page);
  await condition(page).fill("request.skill_id == 'payments.transfer' && balance > 100000");
  await expect(findings(page)).toContainText('Unknown variable: balance');
  await expect(findings(page)).toContainText('line 1, column 44');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('balance');
  await condition(page).fill("request.skill_id == 'payments.transfer' && request.payload.amount_cents > 100000");
  await expect(findings(page)).toContainText('request.payload.amount_cents is absent');
  await expect(page.locator('.cm-lintRange-warning')).toHaveText('request.payload.amount_cents');
  await findings(page).getByRole('button', { name: 'Ask has() first' }).click();
  await expect(condition(page)).toHaveText(
    "request.skill_id == 'payments.transfer' && has(request.payload.amount_cents) && request.payload.amount_cents > 100000",
  );
  await expect(findings(page)).toHaveText('Nothing is wrong with it.');

  // An example that fails as it is typed, and then does not.
  await page.getByRole('button', { name: 'Add an example' }).click();
  const example = page.getByRole('listitem', { name: 'Example 1' });
  const result = page.getByRole('status', { name: 'Result of Example 1' });
  await example.getByRole('textbox', { name: 'Request' }).fill('{"skill_id": "payments.transfer", "payload": }');
  await expect(example.getByRole('textbox', { name: 'Request' })).toHaveAccessibleDescription(/This is not JSON/);
  await example
    .getByRole('textbox', { name: 'Request' })
    .fill('{"skill_id": "payments.transfer", "payload": {"amount_cents": 100}}');
  await expect(result).toHaveText('It does not match, and should match');

  // Saved all the same, the server refuses it; that is shown where it is.
  guard.allow(422);
  await save(page).click();
  await expect(page.getByText('It is not saved: one rule is wrong.')).toBeVisible();
  await example
    .getByRole('textbox', { name: 'Request' })
    .fill('{"skill_id": "payments.transfer", "payload": {"amount_cents": 250000}}');
  await expect(result).toHaveText('It matches, as it should');

  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: `${company.tenantId}@` })).toBeVisible();
  await expect(told(page)).toContainText('is written');
  const first = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await activate(page, first);
  expect(await company.ask()).toMatchObject({ required_level: 4, policy: { policy_version: first } });

  // The next version begins with this one.
  await page.getByRole('link', { name: 'Edit as a new version' }).click();
  await expect(page.getByText(`Begins with ${first}`)).toBeVisible();
  await page.getByRole('button', { name: /^Approval.*Transfers above/ }).click();
  await editorIsThere(page);
  await condition(page).fill(
    "request.skill_id == 'payments.transfer' && has(request.payload.amount_cents) && request.payload.amount_cents > 50000",
  );
  await page.getByRole('button', { name: 'Duplicate transfer-over-1k' }).click();
  await page.getByRole('textbox', { name: 'Id' }).last().fill('transfer-any');
  await save(page).click();
  await expect(page.getByRole('link', { name: 'Compare with active' })).toBeVisible();
  const second = (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  await page.getByRole('link', { name: 'Compare with active' }).click();
  await expect(page.getByText(`From ${first} to ${second}: Rules: 1 added, 1 changed, 0 as they were.`)).toBeVisible();
  const changed = page.getByRole('list', { name: 'Changed rules' }).getByRole('listitem', { name: 'transfer-over-1k' });
  await expect(changed.locator('del')).toHaveText('100000');
  await expect(changed.locator('ins')).toHaveText('50000');
  await expect(page.getByRole('list', { name: 'Added rules' })).toContainText('transfer-any');
  await page.getByRole('button', { name: 'Swap' }).click();
  await expect(page.getByRole('list', { name: 'Removed rules' })).toContainText('transfer-any');
  await page.getByRole('link', { name: second }).click();
  await activate(page, second);
  expect(await company.ask({ payload: { amount_cents: 60_000 } })).toMatchObject({
    policy: { policy_version: second },
  });
});

async function activate(page: Page, version: string): Promise<void> {
  await page.getByRole('button', { name: 'Activate' }).click();
  const dialog = page.getByRole('dialog', { name: `Let ${version} decide?` });
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('Agreed with finance');
  await dialog.getByRole('button', { name: 'Activate' }).click();
  await expect(told(page).filter({ hasText: `${version} decides from now on` })).toBeVisible();
}

test('what is not saved is kept, asked about before it is left, and can be given up', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  page.on('dialog', (dialog) => void dialog.accept());
  await open(page, '/policies/new?from=starter', 'New version');
  await expect(page.getByRole('list', { name: 'Rules' }).getByRole('listitem')).toHaveCount(23);
  await page.getByRole('textbox', { name: 'Description' }).fill('Ours, a little stricter');
  await page.getByRole('button', { name: 'Move down payment-small' }).click();
  await expect(page.getByRole('button', { name: 'Move down payment-small' })).toBeFocused();
  await page.getByRole('button', { name: 'Remove refund-small' }).click();
  await expect(page.getByRole('list', { name: 'Rules' }).getByRole('listitem')).toHaveCount(22);
  await told(page).getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Remove refund-over-order' }).click();

  await page.getByRole('link', { name: 'Queue', exact: true }).click();
  const asked = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await asked.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('link', { name: 'Queue', exact: true }).click();
  await asked.getByRole('button', { name: 'Leave' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeAttached();

  await open(page, '/policies/new?from=starter', 'New version');
  await expect(page.getByText('What you had not saved is here again')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('Ours, a little stricter');
  const rules = page.getByRole('list', { name: 'Rules' }).getByRole('listitem');
  await expect(rules).toHaveCount(22);
  await expect(rules.first()).toContainText('payment-over-1k');
  await page.reload();
  await expect(rules).toHaveCount(22);
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(rules).toHaveCount(23);
  await page.reload();
  await expect(rules).toHaveCount(23);
  await expect(page.getByText('What you had not saved is here again')).toBeHidden();

  // The starting set is good as it is.
  await save(page).click();
  await expect(page.getByRole('heading', { level: 1, name: `${company.tenantId}@` })).toBeVisible();
});

/** What React last drew each row from, by what the row says: the very same object for as long as it is not drawn again. */
const rowsDrawnAnew = (page: Page) =>
  page.getByRole('list', { name: 'Rules' }).evaluate((list) => {
    const seen = (globalThis as { drawn?: Map<Element, unknown> }).drawn ?? new Map<Element, unknown>();
    const rows = [...list.children].map((row): [Element, unknown] => {
      const name = Object.keys(row).find((key) => key.startsWith('__reactProps$'));
      if (name === undefined) throw new Error('React keeps elsewhere what a row was drawn from');
      return [row, (row as unknown as Record<string, unknown>)[name]];
    });
    Object.assign(globalThis, { drawn: new Map(rows) });
    return rows
      .filter(([row, props]) => seen.get(row) !== props)
      .map(([row]) => row.querySelector('code')?.textContent);
  });

test('a rule is added to many without drawing the others again', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const rules = Array.from({ length: 40 }, (_, i) => ({
    ...TRANSFER_RULES[0],
    rule_id: `rule-${i}`,
  })) as typeof TRANSFER_RULES;
  const { version } = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules } });
  const page = await signIn(ada);
  await page.goto(`/policies/new?from=${version}`);
  await page.getByRole('button', { name: 'Move down rule-1', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Rules' }).getByRole('heading').nth(1)).toContainText('rule-2');
  expect(await rowsDrawnAnew(page)).toHaveLength(40);
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await expect(page.getByRole('textbox', { name: 'Id' })).toBeFocused();
  expect(await rowsDrawnAnew(page)).toEqual(['rule-39', 'rule 41']);
  await page.getByRole('textbox', { name: 'Reason' }).fill('Anything else');
  expect(await rowsDrawnAnew(page)).toEqual(['rule 41']);
  await page.getByRole('button', { name: 'Remove rule-7', exact: true }).click();
  await expect(page.getByRole('heading').filter({ hasText: 'rule-7' })).toHaveCount(0);
  // It has no id yet, so it is called by its place.
  expect(await rowsDrawnAnew(page)).toEqual(['rule 40']);
});

test('a condition is written without a mouse', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  page.on('dialog', (dialog) => void dialog.accept());
  await open(page, '/policies/new', 'New version');
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await editorIsThere(page);
  await condition(page).focus();
  await page.keyboard.type('request.sk');
  await expect(page.getByRole('option', { name: /skill_id/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(condition(page)).toHaveText('request.skill_id');
  await page.keyboard.type(".startsWith('pay");
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(condition(page)).not.toBeFocused();
  await expect(condition(page)).toHaveText("request.skill_id.startsWith('pay')");
  await page.keyboard.press('Shift+Tab');
  await expect(condition(page)).toBeFocused();
});

test('the editor and the comparison on a phone, and for everybody', async ({ company, signIn, guard }) => {
  test.setTimeout(420_000);
  guard.allow(422);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const body = { tenant_id: company.tenantId, rules: TRANSFER_RULES };
  const a = await writer.createPolicySet({ body });
  const b = await writer.createPolicySet({
    body: { ...body, rules: TRANSFER_RULES.map((rule) => ({ ...rule, when: `${rule.when} && actor.level < 5` })) },
  });
  const phone = await signIn(ada, PHONE);
  phone.on('dialog', (dialog) => void dialog.accept());
  await open(phone, `/policies/new?from=${a.version}`, 'New version');
  await phone.getByRole('button', { name: /^Approval.*Transfers above/ }).tap();
  await editorIsThere(phone);
  await condition(phone).fill(`request.payload.${'a_very_long_name_'.repeat(8)} == balance`);
  await expect(findings(phone)).toContainText('Unknown variable: balance');
  await expectNoSidewaysScroll(phone);
  await open(phone, '/policies/new?from=starter', 'New version');
  await expectNoSidewaysScroll(phone);

  const page = await signIn(ada);
  page.on('dialog', (dialog) => void dialog.accept());
  await expectAccessible(page, 'a rule that is wrong', async () => {
    await open(page, `/policies/new?from=${a.version}`, 'New version');
    const again = page.getByRole('button', { name: 'Start again' });
    if (await again.isVisible()) await again.click();
    await page.getByRole('button', { name: /^Approval.*Transfers above/ }).click();
    await editorIsThere(page);
    await condition(page).fill('request.payload.amount_cents > 1');
    await expect(findings(page)).toContainText('is absent');
    await condition(page).fill('balance > 1');
    await expect(findings(page)).toContainText('Unknown variable: balance');
    await save(page).click();
    await expect(page.getByText('It is not saved: one rule is wrong.')).toBeVisible();
  });
  await expectAccessible(page, 'two versions', async () => {
    await open(page, `/policies/compare?a=${a.version}&b=${b.version}`, 'Compare versions');
    await expect(page.getByRole('list', { name: 'Changed rules' })).toBeVisible();
  });
});
