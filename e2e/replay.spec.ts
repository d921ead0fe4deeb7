import { expectAccessible } from './fixtures/axe';
import type { Company, Person } from './fixtures/company';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';

test.describe.configure({ timeout: 240_000 });

/** What decides: small transfers go through, others need a manager. What is tried denies the large ones, and asks two people for the small. */
const NOW = [
  { rule_id: 'small', when: 'request.payload.amount_cents <= 1000', effect: 'allow', reason: 'Small transfers' },
  {
    rule_id: 'others',
    when: 'request.payload.amount_cents > 1000',
    effect: 'require_approval',
    level: 3,
    reason: 'Transfers need a manager',
  },
] as const;
const TRIED = [
  {
    rule_id: 'small',
    when: 'request.payload.amount_cents <= 1000',
    effect: 'require_approval',
    level: 2,
    min_approvals: 2,
    reason: 'Two people look',
  },
  { rule_id: 'large', when: 'request.payload.amount_cents > 500000', effect: 'deny', reason: 'Too large for an agent' },
  {
    rule_id: 'others',
    when: 'request.payload.amount_cents > 1000',
    effect: 'require_approval',
    level: 3,
    reason: 'Transfers need a manager',
  },
] as const;

/** A version that decides, a draft, and a handful of requests of which one was decided by a person. */
async function work(company: Company, ada: Person): Promise<string> {
  const writer = connect(await company.keyFor(['policy:manage', 'policy:evaluate'], ada));
  const write = async (rules: readonly object[]) =>
    (await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: rules as never } })).version;
  const active = await write(NOW);
  await writer.activatePolicySet({ params: { version: active }, body: { reason: 'To begin with' } });
  const ben = await company.hire('Ben Haddad', { role: 'operator', level: 3 });
  const decider = connect(await company.keyFor(['requests:decide'], ben));
  const decided = await company.ask({ payload: { amount_cents: 20_000 } });
  await decider.approveRequest({ params: { id: decided.request_id }, body: {} });
  const requests = [decided];
  for (const amount of [500, 700, 900, 600_000, 30_000])
    requests.push(await company.ask({ payload: { amount_cents: amount } }));
  // The worker writes the records of requests within seconds.
  await expect(async () => {
    const { data } = await writer.listEvaluations({ query: { source: 'request' } });
    expect(data).toHaveLength(requests.length);
  }).toPass({ timeout: 30_000 });
  return write(TRIED);
}

test('a draft is tried on what was recorded, and the report says what would change', async ({
  company,
  signIn,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const version = await work(company, ada);
  const page = await signIn(ada);
  await open(page, `/policies/${version}`, version);
  const replays = page.getByRole('region', { name: 'Replays' });
  await expect(replays).toContainText('It has not been tried on anything yet');
  await replays.getByRole('button', { name: 'Replay' }).click();
  const dialog = page.getByRole('dialog', { name: `Try ${version} on what was recorded` });
  await expectAccessible(page, 'asking for a replay', async () => {
    await open(page, `/policies/${version}`, version);
    await replays.getByRole('button', { name: 'Replay' }).click();
    await expect(dialog).toBeVisible();
  });
  await dialog.getByRole('button', { name: 'Begin' }).click();

  await expect(page.getByRole('heading', { level: 1, name: `Replay of ${version}` })).toBeVisible();
  const changes = page.getByRole('region', { name: 'What would change' });
  await expect(changes).toBeVisible({ timeout: 30_000 });
  await expect(changes).toContainText('2 answers would be the same');
  const small = changes.getByRole('listitem', { name: 'Allow becomes Level 2, 2 people' });
  await expect(small).toContainText('3');
  await small.getByText('3 examples').click();
  const examples = small.getByRole('table');
  await expect(examples).toContainText('Two people look');
  await expect(changes.getByRole('listitem', { name: 'Level 3 becomes Deny' })).toContainText('1');
  await expect(page.getByRole('region', { name: 'Spend' }).getByRole('row', { name: /Newly denied/ })).toContainText(
    '6,000.00',
  );
  await expect(
    page.getByRole('region', { name: 'Decisions, by level' }).getByRole('row', { name: /Level 2/ }),
  ).toContainText('+6');
  await expect(page.getByRole('region', { name: 'Who would carry them' })).toContainText('Ben Haddad');
  await expect(page.getByRole('img', { name: /As it was: the median is/ })).toBeVisible();
  const report = new URL(page.url()).pathname;
  await expectAccessible(page, 'a report', () => open(page, report, `Replay of ${version}`));
  await open(page, report, `Replay of ${version}`);
  await small.getByText('3 examples').click();
  await examples.getByRole('link', { name: /^Open/ }).first().click();
  await expect(page).toHaveURL(/\/requests\/req_/);

  await open(page, `/policies/${version}`, version);
  await expect(replays.getByRole('row', { name: /Done/ })).toContainText('6 answers');
  const elsewhere = report.replace(version, version.replace(/\d+$/, '1'));
  guard.allow(404);
  await open(page, elsewhere, 'Not found');
});

test('a replay is read on a phone', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const version = await work(company, ada);
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const period = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date().toISOString() };
  const { replay_id: id } = await writer.createReplay({ params: { version }, body: period });
  const page = await signIn(ada, PHONE);
  await open(page, `/policies/${version}/replays/${id}`, `Replay of ${version}`);
  await expect(page.getByRole('region', { name: 'What would change' })).toBeVisible({ timeout: 30_000 });
  await page.getByText('3 examples').tap();
  await expectNoSidewaysScroll(page);
});

test('a replay of nothing says so, and one that is cancelled before it began too', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const writer = connect(await company.keyFor(['policy:manage'], ada));
  const { version } = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: [] } });
  const period = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const empty = await writer.createReplay({ params: { version }, body: period });
  const page = await signIn(ada);
  await open(page, `/policies/${version}/replays/${empty.replay_id}`, `Replay of ${version}`);
  await expect(page.getByText('Nothing was recorded in this time')).toBeVisible({ timeout: 30_000 });
  const other = await writer.createReplay({ params: { version }, body: period });
  const cancelled = await writer.cancelReplay({ params: { id: other.replay_id } });
  await open(page, `/policies/${version}/replays/${other.replay_id}`, `Replay of ${version}`);
  if (cancelled.status === 'cancelled') await expect(page.getByText('It was cancelled')).toBeVisible();
  else await expect(page.getByText('Nothing was recorded in this time')).toBeVisible();
});

test('a draft is judged in the shadow, is compared, and decides nothing', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const version = await work(company, ada);
  const page = await signIn(ada);
  await open(page, `/policies/${version}`, version);
  const shadow = page.getByRole('region', { name: 'Shadow' });
  await shadow.getByRole('button', { name: 'Shadow' }).click();
  const starting = page.getByRole('dialog', { name: `Judge ${version} in the shadow?` });
  await starting.getByRole('textbox', { name: 'Reason' }).fill('To see for a week');
  await starting.getByRole('button', { name: 'Shadow' }).click();
  await expect(told(page)).toContainText(`${version} is judged in the shadow`);
  await expect(shadow).toContainText('To see for a week');
  await expect(shadow).toContainText('Nothing has been asked since');

  // Every process follows within two seconds; what is asked until then may have no shadow.
  await expect(async () => {
    expect((await company.ask({ payload: { amount_cents: 500 } })).status).toBe('approved');
    await page.reload();
    await expect(shadow.getByRole('listitem', { name: 'Allow becomes Level 2, 2 people' })).toBeVisible({
      timeout: 3000,
    });
  }).toPass({ timeout: 60_000 });
  await expectAccessible(page, 'a shadow', () => open(page, `/policies/${version}`, version));
  await open(page, `/policies/${version}`, version);
  await shadow.getByRole('button', { name: 'End shadow' }).click();
  const ending = page.getByRole('dialog', { name: `End the shadow of ${version}?` });
  await ending.getByRole('textbox', { name: 'Reason' }).fill('Seen enough');
  await ending.getByRole('button', { name: 'End shadow' }).click();
  await expect(shadow).toContainText('It is not judged beside anything');
});
