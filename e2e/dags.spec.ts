import { FIRST_DEFINITION } from '@/components/dags/dags-words';
import { expectAccessible } from './fixtures/axe';
import { told } from './fixtures/console-pages';
import { expect, PHONE, test } from './fixtures/index';
import { connect } from './fixtures/instance';
import { expectNoSidewaysScroll, open } from './fixtures/pages';

test('a definition is begun from the first one, mended where its faults are, saved, and planned with a rejection', async ({
  company,
  signIn,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/dags');
  await expect(page.getByText('Nothing has been defined')).toBeVisible();
  await expect(page.getByRole('region', { name: 'A first definition' })).toContainText('weekly_ops_chain');
  await page.getByRole('link', { name: 'Begin with this one' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'New definition' })).toBeVisible();

  const faults = page.getByRole('status', { name: 'Faults' });
  const plan = page.getByRole('list', { name: 'Plan' });
  const text = page.getByRole('textbox', { name: 'Definition' });
  await expect(faults).toHaveText('Nothing is wrong with it.');
  await expect(plan.getByRole('listitem')).toHaveText([/^sweep/, /^sign_off.*approved$/, /^report/]);
  const first = FIRST_DEFINITION;
  await text.fill(first.replace('workflow_ref: echo', 'workflow_ref: dance').replace('[sign_off]', '[sign_of]'));
  await expect(faults.getByRole('listitem')).toHaveText([
    /There is no workflow dance.*line 5, column 19/,
    /There is no task sign_of.*line 20, column 18/,
  ]);
  await expect(page.getByRole('button', { name: 'Save' })).toHaveAccessibleDescription(/^Put right first/);
  await text.fill(`# Ask Ben before you change it.\n${first}`);
  await expect(faults).toHaveText('Nothing is wrong with it.');

  await page.getByRole('button', { name: 'Save' }).click();
  await expect(told(page)).toContainText('Saved as version 1');
  await expect(page).toHaveURL(/\/dags\/weekly_ops_chain$/);
  await expect(page.getByRole('heading', { level: 1, name: 'weekly_ops_chain' })).toBeVisible();
  await expect(text).toContainText('# Ask Ben before you change it.');
  await expect(page.getByRole('table', { name: 'Versions' }).getByRole('row', { name: 'Version 1' })).toContainText(
    'Ada Okafor',
  );

  await page.getByRole('checkbox', { name: 'sign_off' }).check();
  await expect(plan.getByRole('listitem')).toHaveText([/^sweep/, /^sign_off.*rejected$/]);
  await expect(page.getByRole('status', { name: 'End' })).toContainText('The run fails');
  await expect(page.getByRole('status', { name: 'Risks' })).toHaveText('Nobody is passed over.');
  await page.getByRole('combobox', { name: 'A checkpoint of at least' }).click();
  await page.getByRole('option', { name: 'Level 5' }).click();
  await expect(page.getByRole('status', { name: 'Risks' })).toContainText(
    'report is reached without a checkpoint of level 5',
  );

  guard.allow(412);
  const writer = connect(await company.keyFor(['policy:manage', 'runs:read']));
  const { definition } = await writer.getDag({ params: { name: 'weekly_ops_chain' } });
  await writer.putDag({ params: { name: 'weekly_ops_chain' }, body: { ...definition, max_parallel: 2 } });
  await text.fill(first);
  await expect(faults).toHaveText('Nothing is wrong with it.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'It was not saved' })).toContainText(
    'changed since you looked',
  );
});

test('who may not write definitions reads them, plans them, and sees older versions', async ({ company, signIn }) => {
  const writer = connect(await company.keyFor(['policy:manage']));
  const body = { name: 'chain', tasks: [{ id: 'pay', workflow_ref: 'echo', risk: 'high' as const }] };
  await writer.putDag({ params: { name: 'chain' }, body });
  await writer.putDag({ params: { name: 'chain' }, body: { ...body, description: 'Pays at once' } });
  const page = await signIn(await company.hire('Vera Lind', { role: 'viewer' }));
  await page.goto('/dags');
  await expect(page.getByRole('link', { name: 'New definition' })).toHaveCount(0);
  const row = page.getByRole('table', { name: 'Definitions' }).getByRole('row', { name: 'chain' });
  await expect(row).toContainText('Pays at once');
  await expect(row).toContainText('1 open risk');
  await row.getByRole('link', { name: 'chain' }).click();
  await expect(page.getByRole('region', { name: 'Definition as YAML' })).toContainText('risk: high');
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
  await expect(page.getByRole('status', { name: 'Risks' })).toContainText('pay is reached without a checkpoint');
  await page.getByRole('link', { name: 'Version 1' }).click();
  await expect(page.getByText('This is version 1; the newest is version 2')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Definition as YAML' })).not.toContainText('Pays at once');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  expect((await downloading).suggestedFilename()).toBe('chain.yaml');
});

test('a definition is accessible, and cannot be pushed sideways on a phone', async ({ company, signIn }) => {
  const writer = connect(await company.keyFor(['policy:manage']));
  const long = 'x'.repeat(60);
  const tasks = [
    { id: long, workflow_ref: 'echo', params: { note: 'word '.repeat(60) } },
    { id: 'gate', type: 'checkpoint' as const, depends_on: [long], prompt: 'May it?' },
  ];
  await writer.putDag({ params: { name: 'wide' }, body: { name: 'wide', description: 'long'.repeat(90), tasks } });
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await expectAccessible(page, 'a definition', async () => {
    await open(page, '/dags/wide', 'wide');
    await expect(page.getByRole('list', { name: 'Plan' })).toBeVisible();
  });
  const phone = await signIn(ada, PHONE);
  for (const [path, heading] of [
    ['/dags', 'Definitions'],
    ['/dags/wide', 'wide'],
  ] as const) {
    await open(phone, path, heading);
    await expectNoSidewaysScroll(phone);
  }
});
