import { decide, note, queueItem, timeline, told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open, PAGES } from './fixtures/pages';
import { TRANSFER_RULES } from './fixtures/rules';

const UNBROKEN = 'verylongwordwithoutanybreak'.repeat(8);

test('a request is found, read and approved on a phone', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }), PHONE);
  await expect(page.getByText('Nothing is open')).toBeVisible();
  await expectNoSidewaysScroll(page);
  await company.ask({ title: 'Pay invoice 4711', justification: UNBROKEN, payload: { [UNBROKEN]: UNBROKEN } });

  await queueItem(page, 'Pay invoice 4711').getByRole('link').tap();
  await expect(page.getByRole('heading', { level: 1, name: 'Pay invoice 4711' })).toBeVisible();
  await expectNoSidewaysScroll(page);
  await note(page).fill('From the train');
  await decide(page, 'Approve').tap();
  await expect(told(page)).toContainText('Approved');
  await expect(timeline(page).first()).toContainText('From the train');
  await expectNoSidewaysScroll(page);

  await page.getByRole('navigation', { name: 'Back' }).getByRole('link', { name: 'Queue' }).tap();
  await expect(page.getByText('Nothing is open')).toBeVisible();
});

test('no page can be pushed sideways on a phone, and the menu leads to each', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }), PHONE);
  const long = await company.hire(`Bartholomew ${'Longname '.repeat(12)}`, { role: 'operator' });
  await company.keyFor(['requests:read', 'requests:decide'], long);
  await company.ask({ title: UNBROKEN, skill_id: UNBROKEN.slice(0, 120) });
  for (const { path, heading } of PAGES) {
    await test.step(path, async () => {
      await open(page, path, heading);
      await expectNoSidewaysScroll(page);
    });
  }
  const writer = connect(await company.keyFor(['policy:manage']));
  const { version } = await writer.createPolicySet({
    body: {
      tenant_id: company.tenantId,
      description: UNBROKEN,
      rules: TRANSFER_RULES.map((rule) => ({ ...rule, reason: UNBROKEN, when: `"${UNBROKEN}" == "" || ${rule.when}` })),
    },
  });
  for (const [path, heading] of [
    ['/policies', 'Policies'],
    [`/policies/${version}`, version],
  ] as const) {
    await open(page, path, heading);
    await expectNoSidewaysScroll(page);
  }
  for (const [label, heading] of [
    ['Queue', 'Queue'],
    ['Insights', 'Where time goes'],
    ['Audit', 'Audit'],
    ['Policies', 'Policies'],
    ['Definitions', 'Definitions'],
    ['Settings', 'Members'],
  ]) {
    await page.getByRole('button', { name: 'Menu' }).tap();
    await page
      .getByRole('dialog')
      .getByRole('link', { name: label ?? '' })
      .tap();
    await expect(page.getByRole('heading', { level: 1, name: heading ?? '', exact: true })).toBeAttached();
    await expect(page.getByRole('dialog')).toBeHidden();
  }
});

test('the current part of the settings is in sight on a phone, and all of them can be reached', async ({
  company,
  signIn,
}) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }), PHONE);
  const parts = page.getByRole('navigation', { name: 'Settings' });
  for (const { path, heading } of PAGES.filter(({ path }) => path.startsWith('/settings/'))) {
    await open(page, path, heading);
    const current = parts.getByRole('link', { name: heading, exact: true });
    await expect(current).toHaveAttribute('aria-current', 'page');
    await expect(current).toBeInViewport({ ratio: 1 });
  }
  await open(page, '/settings/members', 'Members');
  await expect(parts.getByRole('link', { name: 'Account' })).not.toBeInViewport();
  await parts.getByRole('link', { name: 'Members' }).focus();
  const links = await parts.getByRole('link').count();
  for (let n = 1; n < links; n++) await page.keyboard.press('Tab');
  await expect(parts.getByRole('link', { name: 'Account' })).toBeFocused();
  await expect(parts.getByRole('link', { name: 'Account' })).toBeInViewport({ ratio: 1 });
  await expect(parts.getByRole('list', { name: 'Policy' }).getByRole('listitem')).toHaveText([
    'Approval levels',
    'Budgets',
    'Cost models',
    'Flags',
    'Emergency stop',
  ]);
});

test('every page begins at the same left edge, on a phone and on a desk', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'owner' });
  const { request_id } = await company.ask({ title: 'Pay invoice 4711' });
  const writer = connect(await company.keyFor(['policy:manage']));
  const { version } = await writer.createPolicySet({ body: { tenant_id: company.tenantId, rules: TRANSFER_RULES } });
  const pages = [
    ...PAGES.slice(1),
    { path: `/requests/${request_id}`, heading: 'Pay invoice 4711' },
    { path: `/policies/${version}`, heading: version },
  ];
  for (const options of [{ viewport: { width: 1920, height: 1000 } }, PHONE]) {
    const page = await signIn(ada, options);
    const edges = new Set<number | undefined>();
    for (const { path, heading } of pages) {
      await open(page, path, heading);
      edges.add((await page.getByRole('heading', { level: 1 }).boundingBox())?.x);
    }
    expect([...edges]).toEqual([options === PHONE ? 18 : 241]);
  }
});

test('on a phone, a control is as wide as what it says', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }), PHONE);
  const widthOf = async (label: string) => (await page.getByLabel(label).boundingBox())?.width ?? 0;
  await open(page, '/audit', 'Audit');
  expect(await widthOf('From')).toBeGreaterThan(150);
  expect(await widthOf('Until')).toBeGreaterThan(150);
  await open(page, '/settings/webhooks?tab=deliveries', 'Webhooks');
  expect(await widthOf('Status: Any')).toBeGreaterThan(300);
});
