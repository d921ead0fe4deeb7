import { told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { TRANSFER_RULES } from './fixtures/rules';

test('a version of the rules is read, tried, activated with a reason, and decides until it is retired', async ({
  company,
  signIn,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const page = await signIn(ada);
  await page.goto('/policies');
  await expect(page.getByText('No rules have been written')).toBeVisible();

  const body = { tenant_id: company.tenantId, rules: TRANSFER_RULES };
  const first = await writer.createPolicySet({ body: { ...body, description: 'Purchasing, as agreed' } });
  const second = await writer.createPolicySet({
    body: {
      ...body,
      description: 'Nobody pays',
      rules: [...TRANSFER_RULES, { ...STOP, reason: 'Payments are frozen' }],
    },
  });
  await page.reload();
  const versions = page.getByRole('table', { name: 'Versions' });
  await expect(versions.getByRole('rowheader')).toHaveText([second.version, first.version]);
  await expect(versions.getByRole('row', { name: first.version })).toContainText('Draft');
  await expect(page.getByText('No version is active')).toBeVisible();

  await versions.getByRole('link', { name: first.version, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: first.version })).toBeVisible();
  const rule = page.getByRole('list', { name: 'Rules' }).getByRole('listitem', { name: 'transfer-over-1k' });
  await expect(rule).toContainText('Transfers above 1,000.00 need a manager');
  await expect(rule.getByRole('img', { name: 'Level 4' })).toBeVisible();
  await expect(rule.getByRole('note')).toContainText('Worth a look');

  const answers = page.getByRole('status', { name: 'Answers' });
  await rule.getByText('2 examples').click();
  await rule.getByRole('button', { name: 'Try large' }).click();
  await expect(page.getByRole('button', { name: 'Ask policy' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(answers.getByRole('region', { name: first.version })).toContainText('Level 4, one person');
  await expect(answers.getByRole('region', { name: first.version })).toContainText('transfer-over-1k');
  await expect(answers.getByRole('region', { name: /^The level configuration/ })).toContainText('Level 3, one person');
  await expect(answers).toBeInViewport({ ratio: 1 });
  await page.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": }');
  await expect(answers).toBeEmpty();
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(page.getByRole('textbox', { name: 'Payload' })).toHaveAccessibleDescription(/^This is not JSON/);
  await page.getByRole('textbox', { name: 'Payload' }).fill('{}');
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(answers.getByRole('region', { name: first.version })).toContainText('Failed');

  await page.getByRole('button', { name: 'Activate' }).click();
  const activating = page.getByRole('dialog', { name: `Let ${first.version} decide?` });
  await expect(activating).toContainText(`${first.version} decides from now on`);
  await activating.getByRole('button', { name: 'Activate' }).click();
  await expect(activating.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/^This is missing/);
  await activating.getByRole('textbox', { name: 'Reason' }).fill('Agreed with finance');
  await activating.getByRole('button', { name: 'Activate' }).click();
  await expect(told(page)).toContainText(`${first.version} decides from now on`);
  await expect(page.getByRole('button', { name: 'Activate' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Activate' })).toHaveAccessibleDescription(/^It decides already/);
  expect(await company.ask()).toMatchObject({
    status: 'pending',
    required_level: 4,
    policy: { policy_version: first.version },
  });

  await page.goto('/policies');
  await expect(page.getByRole('region', { name: 'Active version' })).toContainText('Agreed with finance');
  await versions.getByRole('link', { name: second.version, exact: true }).click();
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(answers).toContainText('They decide differently');
  await page.getByRole('button', { name: 'Activate' }).click();
  const replacing = page.getByRole('dialog', { name: `Let ${second.version} decide?` });
  await expect(replacing).toContainText(`${first.version} is retired, ${second.version} decides from now on`);
  await replacing.getByRole('textbox', { name: 'Reason' }).fill('Frozen for the audit');

  // Somebody is faster: what is refused is said, and the reason stays until the dialog is left.
  guard.allow(409);
  const key = connect(await company.keyFor(['policy:manage']));
  await key.activatePolicySet({ params: { version: second.version }, body: { reason: 'Frozen' } });
  await replacing.getByRole('button', { name: 'Activate' }).click();
  await expect(replacing.getByRole('alert').filter({ hasText: 'Somebody was faster' })).toBeVisible();
  await replacing.getByRole('button', { name: 'Close' }).first().click();

  await page.getByRole('button', { name: 'Retire' }).click();
  const retiring = page.getByRole('dialog', { name: `Retire ${second.version}?` });
  await expect(retiring).toContainText('No rules decide any more');
  await retiring.getByRole('textbox', { name: 'Reason' }).fill('The audit is over');
  await retiring.getByRole('button', { name: 'Retire' }).click();
  await expect(told(page).filter({ hasText: `${second.version} is retired` })).toBeVisible();
  expect((await company.ask()).required_level).toBe(3);
});

test('a sign-in that is too old leads to a fresh one and back, and the reason stays', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(403);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const { version } = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: TRANSFER_RULES } });
  const page = await signIn(ada);
  await page.goto(`/policies/${version}`);
  // The answer of five minutes later, which no journey waits for.
  await page.route('**/activate', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ type: '/problems/auth/step-up-required', title: 'Too old', status: 403 }),
    }),
  );
  await page.getByRole('button', { name: 'Activate' }).click();
  const activating = page.getByRole('dialog', { name: `Let ${version} decide?` });
  await activating.getByRole('textbox', { name: 'Reason' }).fill('Agreed with finance');
  await activating.getByRole('button', { name: 'Activate' }).click();
  await expect(activating.getByRole('alert').filter({ hasText: 'This needs a fresh sign-in' })).toBeVisible();
  await activating.getByRole('link', { name: 'Sign in again' }).click();
  await page.unroute('**/activate');
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByRole('heading', { level: 1, name: version })).toBeVisible();
  await page.getByRole('button', { name: 'Activate' }).click();
  await expect(activating.getByRole('textbox', { name: 'Reason' })).toHaveValue('Agreed with finance');
  await activating.getByRole('button', { name: 'Activate' }).click();
  await expect(told(page)).toContainText(`${version} decides from now on`);
});

const STOP = { rule_id: 'frozen', when: 'true', effect: 'deny' } as const;
