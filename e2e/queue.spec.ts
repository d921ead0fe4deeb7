import { decide, queueItem, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';

test('what can be decided beside the list is of the list, whatever it is filtered to', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  const kept = await company.ask({ title: 'Pay Kestrel', skill_id: 'payments.transfer' });
  const hidden = await company.ask({ title: 'Deploy Orders', skill_id: 'deploy.production' });
  const pane = page.getByRole('region', { name: 'Selected request' });
  const shows = (title: string) => expect(pane.getByRole('heading', { level: 2, name: title })).toBeVisible();
  const search = page.getByRole('searchbox', { name: 'Search requests' });

  await page.goto(`/queue?selected=${hidden.request_id}`);
  await shows('Deploy Orders');
  await search.fill('Kestrel');
  await expect(queueItem(page, 'Deploy Orders')).toBeHidden();
  await shows('Pay Kestrel');

  await search.fill('');
  await queueItem(page, 'Deploy Orders').getByRole('link').click();
  await shows('Deploy Orders');
  await page.getByRole('button', { name: 'Filter' }).click();
  const filters = page.getByRole('dialog', { name: 'Filters' });
  await filters.getByLabel('Skill').fill('payments.transfer');
  await filters.getByRole('button', { name: 'Apply' }).click();
  await expect(queueItem(page, 'Deploy Orders')).toBeHidden();
  await shows('Pay Kestrel');

  await search.fill('what nothing matches');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await expect(pane).toContainText('Nothing selected');
  await expect(decide(page, 'Approve')).toBeHidden();
  await search.press('Escape');
  await search.press('Escape');
  await shows('Pay Kestrel');
  await page.keyboard.press('a');
  await expect(told(page)).toContainText('Pay Kestrel');
  const after = await company.agent.listRequests({ query: { sort: 'created_at' } });
  expect(after.data.map(({ request_id, status }) => [request_id, status])).toEqual([
    [kept.request_id, 'approved'],
    [hidden.request_id, 'pending'],
  ]);
});
