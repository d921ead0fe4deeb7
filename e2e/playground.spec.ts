import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

test.describe.configure({ timeout: 300_000 });

test('a question is asked of several versions at once, and passed on by its address', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const body = { tenant_id: company.tenantId, rules: TRANSFER_RULES };
  const active = await writer.createPolicySet({ body });
  await writer.activatePolicySet({ params: { version: active.version }, body: { reason: 'Agreed' } });
  const stricter = await writer.createPolicySet({
    body: {
      ...body,
      rules: [{ rule_id: 'frozen', when: 'cost.known', effect: 'deny', reason: 'Payments are frozen' }],
    },
  });
  const same = await writer.createPolicySet({ body });

  const page = await signIn(ada);
  await page.goto('/policies');
  await page.getByRole('link', { name: 'Playground' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Playground' })).toBeVisible();
  const form = page.getByRole('form', { name: 'Question' });
  const answers = page.getByRole('status', { name: 'Answers' });

  // What is wrong with the question is said at its fields, and underlined where it is.
  await expect(page.locator('.cm-content[aria-labelledby]')).toBeVisible();
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": oops}');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('oops');
  await form.getByRole('button', { name: 'Ask policy' }).click();
  await expect(form.getByRole('textbox', { name: 'Skill' })).toHaveAccessibleDescription(/This is missing/);
  await expect(form.getByRole('textbox', { name: 'Payload' })).toHaveAccessibleDescription(/This is not JSON/);

  await form.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": 250000}');
  for (const { version } of [stricter, same]) {
    await form.getByRole('combobox', { name: 'Ask another version too' }).click();
    await page.getByRole('option', { name: version }).click();
    await expect(form.getByRole('button', { name: `Do not ask ${version}` })).toBeVisible();
  }
  await form.getByRole('button', { name: 'Ask policy' }).click();
  await expect(answers).toContainText('1 of 2 answers otherwise than what decides now.');
  const answerOf = (version: string) => answers.getByRole('region', { name: version });
  await expect(answerOf(active.version)).toContainText('Level 4, one person');
  await expect(answerOf(active.version)).toContainText('2,500.00');
  await expect(answerOf(active.version)).not.toContainText('differs');
  await expect(answerOf(stricter.version)).toContainText('Payments are frozen');
  await expect(answerOf(stricter.version)).toContainText('differs from what decides now in the decision');
  await expect(answerOf(same.version)).not.toContainText('differs');

  // Another question has no answer yet; the address still says the one that was asked.
  const address = page.url();
  await form.getByRole('textbox', { name: 'Payload' }).fill('{}');
  await expect(answers).toBeEmpty();
  const other = await signIn(await company.hire('Ben Haddad', { role: 'admin' }));
  await other.goto(address);
  await expect(other.getByRole('status', { name: 'Answers' })).toContainText('1 of 2 answers otherwise');
  await expect(other.getByRole('textbox', { name: 'Payload' })).toContainText('250000');

  await form.getByRole('textbox', { name: 'Payload' }).fill(JSON.stringify({ text: 'x'.repeat(5000) }));
  await expect(page.getByRole('button', { name: 'Copy link' })).toHaveAccessibleDescription(/too long/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"a": 1}');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(told(page)).toContainText('The link is copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('payload=%7B%22a%22%3A1%7D');

  const phone = await signIn(ada, PHONE);
  await phone.goto(address);
  await expect(phone.getByRole('status', { name: 'Answers' })).toContainText('Payments are frozen');
  await expectNoSidewaysScroll(phone);
  await expectAccessible(page, 'answers side by side', async () => {
    await page.goto(address);
    await expect(answerOf(stricter.version)).toBeVisible();
    await expect(page.locator('.cm-content[aria-labelledby]')).toBeVisible();
  });
});

test('without rules it is the level configuration that answers', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await open(page, '/policies/playground', 'Playground');
  await page.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(page.getByRole('status', { name: 'Answers' })).toContainText(
    'The level configuration, which decides now',
  );
  await expect(page.getByRole('status', { name: 'Answers' })).toContainText('Level 3, one person');
});
