import type { Page } from 'playwright/test';
import { expectAccessible } from './fixtures/axe';
import type { Company, Person } from './fixtures/company';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

test.describe.configure({ timeout: 240_000 });

const precedents = (page: Page) => page.getByRole('region', { name: 'Precedents' });
const rules = (page: Page) => page.getByRole('list', { name: 'Rules' });

/** A version that decides, seven small transfers that people have ended, and one that is open; answers with its id and the version. */
async function work(company: Company, ada: Person) {
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const { version } = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: TRANSFER_RULES } });
  await writer.activatePolicySet({ params: { version }, body: { reason: 'Agreed with finance' } });
  const ben = await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  const decider = connect(await company.keyFor(['requests:decide', 'requests:read'], ben));
  const askFor = (euros: number) =>
    company.ask({
      title: `Pay ${euros} to Ada Ltd`,
      payload: { amount_cents: euros * 100, currency: 'EUR', to: 'Ada Ltd' },
    });
  for (const euros of [200, 250, 300, 350, 400, 450]) {
    const { request_id: id } = await askFor(euros);
    await decider.approveRequest({ params: { id }, body: { notes: 'Matches its order' } });
  }
  const { request_id: refused } = await askFor(900);
  await decider.rejectRequest({ params: { id: refused }, body: { notes: 'There is no order' } });
  const { request_id: id } = await askFor(280);
  return { id, version };
}

test('how similar requests ended is shown, and a rule is drawn from them', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const { id, version } = await work(company, ada);
  const page = await signIn(ada);
  await open(page, `/requests/${id}`, 'Pay 280 to Ada Ltd');
  await expect(precedents(page)).toContainText('6 approved, 1 rejected · decided in');
  const past = precedents(page).getByRole('list', { name: 'Past requests' }).getByRole('listitem');
  await expect(past).toHaveCount(5);
  await precedents(page).getByRole('button', { name: 'Show all 7' }).click();
  await expect(past).toHaveCount(7);
  await expect(past.filter({ hasText: 'Pay 900 to Ada Ltd' })).toContainText('Rejected');
  await expect(past.filter({ hasText: 'Pay 900 to Ada Ltd' })).toContainText('Ben Haddad');
  await past.filter({ hasText: 'Pay 900 to Ada Ltd' }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1, name: 'Pay 900 to Ada Ltd' })).toBeVisible();
  await page.goBack();

  // They ended differently, so that the rule asks; it is added to the rules that decide.
  await precedents(page).getByRole('button', { name: 'Draft a rule from these' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New version' })).toBeVisible();
  await expect(page.getByText(`Begins with ${version}`)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: 'A rule is drawn from the precedents' })).toBeVisible();
  await expect(rules(page).locator(':scope > li')).toHaveCount(TRANSFER_RULES.length + 1);
  const ruleId = page.getByRole('textbox', { name: 'Id', exact: true });
  await expect(ruleId).toBeFocused();
  await expect(ruleId).toHaveValue('payments.transfer-drawn');
  await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveValue(
    'Like 7 earlier requests: 6 approved, 1 rejected',
  );
  await expect(page.getByRole('textbox', { name: 'Condition' })).toContainText("request.payload.to == 'Ada Ltd'");
  await expect(page.getByRole('status', { name: 'The condition' })).toHaveText('Nothing is wrong with it.');
  const results = page.getByRole('status', { name: /^Result of / });
  await expect(results).not.toHaveCount(0);
  for (const result of await results.all())
    await expect(result).toHaveText(/^It (matches, as it should|does not match, as it should)/);

  // It is taken once, and from then on kept like anything else that is not saved.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await expect(page.getByText('What you had not saved is here again')).toBeVisible();
  await expect(rules(page).locator(':scope > li')).toHaveCount(TRANSFER_RULES.length + 1);
  await page.getByRole('button', { name: 'Save as a draft' }).click();
  await expect(told(page)).toContainText('is written');
  await expect(rules(page).getByRole('listitem', { name: 'payments.transfer-drawn' })).toBeVisible();
});

test('precedents on a phone and in the dark; who does not manage policies draws no rule', async ({
  company,
  signIn,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const { id } = await work(company, ada);
  const page = await signIn(ada);
  await expectAccessible(page, 'a request with precedents', async () => {
    await open(page, `/requests/${id}`, 'Pay 280 to Ada Ltd');
    await expect(precedents(page)).toContainText('6 approved, 1 rejected');
  });
  await expectAccessible(page, 'a rule that was drawn', async () => {
    await open(page, `/requests/${id}`, 'Pay 280 to Ada Ltd');
    await precedents(page).getByRole('button', { name: 'Draft a rule from these' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'A rule is drawn from the precedents' })).toBeVisible();
    await expect(page.locator('.cm-content[aria-labelledby]').first()).toBeVisible();
  });

  const phone = await signIn(await company.hire('Cleo Brandt', { role: 'operator', level: 3 }), PHONE);
  await open(phone, `/requests/${id}`, 'Pay 280 to Ada Ltd');
  await expect(precedents(phone)).toContainText('6 approved, 1 rejected');
  await expect(precedents(phone).getByRole('button', { name: 'Draft a rule from these' })).toHaveCount(0);
  await expectNoSidewaysScroll(phone);
});
