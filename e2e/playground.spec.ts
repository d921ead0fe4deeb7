import type { Locator, Page } from 'playwright/test';
import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

test.describe.configure({ timeout: 300_000 });

test('a question is asked of every version, and passed on by its address', async ({ company, signIn }) => {
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
  const answers = page.getByRole('region', { name: 'Answers' });

  // What is wrong with the question is said at its fields, and underlined where it is.
  await expect(page.locator('.cm-content[aria-labelledby]')).toBeVisible();
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": oops}');
  await expect(page.locator('.cm-lintRange-error')).toHaveText('oops');
  await form.getByRole('button', { name: 'Ask policy' }).click();
  await expect(form.getByRole('textbox', { name: 'Skill' })).toHaveAccessibleDescription(/This is missing/);
  await expect(form.getByRole('textbox', { name: 'Payload' })).toHaveAccessibleDescription(/This is not JSON/);

  // Nobody has chosen anything: every version is asked.
  await form.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": 250000}');
  await expect(form).toContainText(`${active.version}, which decides now, is asked, and both other versions.`);
  await form.getByRole('button', { name: 'Ask policy' }).click();
  await expect(summary(page)).toHaveText('1 of 2 answers otherwise than what decides now.');
  const table = answers.getByRole('table', { name: 'Each answer, and who gives it' });
  await expect(table.getByRole('row', { name: /decides now/ })).toContainText(same.version);
  const other = table.getByRole('row', { name: /Deny/ });
  await expect(other).toContainText('decision');
  await expect(other).toContainText('frozen');
  const answerOf = (version: string) => answers.getByRole('region', { name: version, exact: true });
  await expect(answerOf(active.version)).toContainText('Level 4, one person');
  await expect(answerOf(active.version)).toContainText('2,500.00');
  await expect(answerOf(active.version)).not.toContainText('differs');
  await expect(answerOf(stricter.version)).toContainText('Payments are frozen');
  await expect(answerOf(stricter.version)).toContainText('differs from what decides now in the decision');
  await expect(answerOf(same.version)).not.toContainText('differs');

  // A version is left out, where it stands or in the list, and asked again.
  await answers.getByRole('button', { name: `Do not ask ${same.version}` }).click();
  await expect(answerOf(same.version)).toHaveCount(0);
  await expect(summary(page)).toHaveText('The other version answers otherwise than what decides now.');
  await page.getByRole('button', { name: 'Versions: 1 of 2' }).click();
  const choice = page.getByRole('dialog', { name: 'Versions that are asked' });
  await choice.getByRole('button', { name: 'None' }).click();
  await expect(answerOf(stricter.version)).toHaveCount(0);
  await choice.getByRole('checkbox', { name: new RegExp(stricter.version) }).check();
  await page.keyboard.press('Escape');
  await form.getByRole('button', { name: 'Ask policy' }).click();
  await expect(answerOf(stricter.version)).toBeVisible();
  await expect(answerOf(same.version)).toHaveCount(0);
  // Not asked, and wanted after all: only what is missing is asked.
  await page.getByRole('button', { name: 'Versions: 1 of 2' }).click();
  await choice.getByRole('button', { name: 'Every one' }).click();
  await page.keyboard.press('Escape');
  await expect(summary(page)).toContainText('1 has not been asked yet.');
  await answers.getByRole('button', { name: 'Ask that one too' }).click();
  await expect(summary(page)).toHaveText('1 of 2 answers otherwise than what decides now.');

  // Another question has no answer yet; the address still says the one that was asked.
  const address = page.url();
  await form.getByRole('textbox', { name: 'Payload' }).fill('{}');
  await expect(answers).toHaveCount(0);
  const colleague = await signIn(await company.hire('Ben Haddad', { role: 'admin' }));
  await colleague.goto(address);
  await expect(summary(colleague)).toHaveText('1 of 2 answers otherwise than what decides now.');
  await expect(colleague.getByRole('textbox', { name: 'Payload' })).toContainText('250000');
  await colleague.goto(`${address}&v=${stricter.version}&v=nobody@1`);
  await expect(summary(colleague)).toHaveText('The other version answers otherwise than what decides now.');
  await expect(colleague.getByRole('form', { name: 'Question' })).toContainText('There is no version nobody@1 here.');

  await form.getByRole('textbox', { name: 'Payload' }).fill(JSON.stringify({ text: 'x'.repeat(5000) }));
  await expect(page.getByRole('button', { name: 'Copy link' })).toHaveAccessibleDescription(/too long/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await form.getByRole('textbox', { name: 'Payload' }).fill('{"a": 1}');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(told(page)).toContainText('The link is copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('payload=%7B%22a%22%3A1%7D');

  const phone = await signIn(ada, PHONE);
  await phone.goto(address);
  await expect(phone.getByRole('region', { name: 'Answers' })).toContainText('Payments are frozen');
  await expectNoSidewaysScroll(phone);
  await expectAccessible(page, 'answers side by side', async () => {
    await page.goto(address);
    await expect(answerOf(stricter.version)).toBeVisible();
    await expect(page.locator('.cm-content[aria-labelledby]')).toBeVisible();
  });
});

/** What the answers come to, said once all are there. */
function summary(page: Page): Locator {
  return page.getByRole('status', { name: 'What the answers come to' });
}

test('a hundred versions are asked a few at a time, and each is found', async ({ company, signIn }) => {
  const COUNT = 100;
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const body = { tenant_id: company.tenantId, rules: TRANSFER_RULES };
  const active = await writer.createPolicySet({ body });
  await writer.activatePolicySet({ params: { version: active.version }, body: { reason: 'Agreed' } });
  const frozen = await writer.createPolicySet({
    body: {
      ...body,
      rules: [{ rule_id: 'frozen', when: 'cost.known', effect: 'deny', reason: 'Payments are frozen' }],
    },
  });
  for (let n = 2; n < COUNT; n += 1) await writer.createPolicySet({ body });

  const page = await signIn(ada);
  const calls: number[] = [];
  page.on('request', (request) => {
    if (!request.url().endsWith('/policy/eval/batch')) return;
    calls.push((request.postDataJSON() as { items: unknown[] }).items.length);
  });
  await open(page, '/policies/playground', 'Playground');
  await page.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await page.getByRole('textbox', { name: 'Payload' }).fill('{"amount_cents": 250000}');
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(summary(page)).toHaveText('1 of 99 answers otherwise than what decides now.');
  // What decides now is in every call; nobody sends a hundred questions at once.
  expect(calls).toEqual([25, 25, 25, 25, 4]);

  // The oldest stands beside the others, far to the right: its name in the table leads there, without a mouse too.
  const answers = page.getByRole('region', { name: 'Answers' });
  const oldest = answers.getByRole('region', { name: frozen.version, exact: true });
  await expect(oldest).toHaveCount(0);
  const leading = answers.getByRole('row', { name: /Deny/ }).getByRole('button', { name: frozen.version });
  await leading.focus();
  await page.keyboard.press('Enter');
  await expect(oldest).toBeInViewport();
  await expect(answers.getByRole('region', { name: active.version, exact: true })).toBeInViewport();
  await answers.getByRole('switch', { name: 'Only what differs' }).click();
  await expect(answers.getByRole('button', { name: /^Do not ask/ })).toHaveCount(1);
  await expect(oldest).toBeInViewport();
  await answers.getByRole('switch', { name: 'Only what differs' }).click();
  await answers
    .getByRole('row', { name: /decides now/ })
    .getByRole('button', { name: 'and 92 more' })
    .click();
  await expect(answers.getByRole('row', { name: /decides now/ }).getByRole('button')).toHaveCount(98);

  // Another question is stopped in the middle: what has answered stays, and the rest is asked when somebody wants it.
  const held = Promise.withResolvers<void>();
  calls.length = 0;
  await page.route('**/api/v1/policy/eval/batch', async (route) => {
    if (calls.length === 3) await held.promise;
    await route.continue();
  });
  await page.getByRole('textbox', { name: 'Agent' }).fill('billing-bot');
  await page.getByRole('button', { name: 'Ask policy' }).click();
  const progress = answers.getByRole('progressbar', { name: 'Answered' });
  await expect(progress).toHaveAttribute('aria-valuetext', '48 of 99 versions have answered');
  await answers.getByRole('button', { name: 'Stop' }).click();
  held.resolve();
  await expect(progress).toHaveCount(0);
  await expect(summary(page)).toHaveText('All 48 other versions answer the same. 51 have not been asked yet.');
  await answers.getByRole('button', { name: 'Ask the other 51 too' }).click();
  await expect(summary(page)).toHaveText('1 of 99 answers otherwise than what decides now.');
  expect(calls).toEqual([25, 25, 25, 25, 25, 4]);

  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
  await leading.click();
  await expect(oldest).toBeInViewport();
});

test('without rules it is the level configuration that answers', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await open(page, '/policies/playground', 'Playground');
  await page.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await page.getByRole('button', { name: 'Ask policy' }).click();
  await expect(page.getByRole('region', { name: 'Answers' })).toContainText(
    'The level configuration, which decides now',
  );
  await expect(page.getByRole('region', { name: 'Answers' })).toContainText('Level 3, one person');
});
