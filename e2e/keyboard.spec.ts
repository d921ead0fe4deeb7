import { note, queueItem, timeline, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';

test('signing in and clearing a queue needs nothing but the keyboard', async ({ company, page }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  for (const title of ['First', 'Second', 'Third']) await company.ask({ title });

  await page.goto('/login');
  await expect(page.getByLabel('Email')).toBeFocused();
  await page.keyboard.type(ada.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ada.password);
  await page.keyboard.press('Enter');
  const rows = page.getByRole('list', { name: 'Requests' }).getByRole('link');
  const row = (at: number) => rows.nth(at);
  const [top, middle, bottom] = await test.step('the first of the list is chosen', async () => {
    await expect(rows).toHaveCount(3);
    await expect(row(0)).toHaveAttribute('aria-current', 'true');
    return company.agent.listRequests({ query: { status: ['open'], sort: 'expires_at' } }).then(({ data }) => data);
  });
  if (!top || !middle || !bottom) throw new Error('Three requests wait');
  const pane = page.getByRole('region', { name: 'Selected request' });

  await test.step('j and k move', async () => {
    await page.keyboard.press('j');
    await expect(row(1)).toHaveAttribute('aria-current', 'true');
    await expect(pane.getByRole('heading', { level: 2, name: middle.title })).toBeVisible();
    await page.keyboard.press('k');
    await expect(row(0)).toHaveAttribute('aria-current', 'true');
    await expect(pane.getByRole('heading', { level: 2, name: top.title })).toBeVisible();
  });

  await test.step('a approves, and what was decided stays under the eyes', async () => {
    await page.keyboard.press('a');
    await expect(timeline(page).first()).toContainText('Ada Okafor signed at level 3 and approved it');
    await expect(queueItem(page, top.title)).toBeVisible();
  });

  await test.step('r leads to the note, Control and Enter send what was meant', async () => {
    await page.keyboard.press('j');
    await expect(pane.getByRole('heading', { level: 2, name: middle.title })).toBeVisible();
    await page.keyboard.press('r');
    await expect(note(page)).toBeFocused();
    await page.keyboard.type('rather not, j k a');
    await page.keyboard.press('Control+Enter');
    await expect(told(page).filter({ hasText: 'Rejected' })).toBeVisible();
    await expect(timeline(page).first()).toContainText('rather not, j k a');
    await page.keyboard.press('Escape');
    await expect(note(page)).not.toBeFocused();
  });

  await test.step('slash searches, Escape clears and leaves', async () => {
    await page.keyboard.press('/');
    const search = page.getByRole('searchbox', { name: 'Search requests' });
    await expect(search).toBeFocused();
    await page.keyboard.type(bottom.title);
    await expect(page).toHaveURL(new RegExp(`q=${bottom.title}`));
    await expect(queueItem(page, bottom.title)).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(search).toHaveValue('');
    await page.keyboard.press('Escape');
    await expect(search).not.toBeFocused();
  });

  await test.step('a question mark lists the keys, and while it is open they are silent', async () => {
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(help.getByText('Next request')).toBeVisible();
    // Not on the switch that would turn them off.
    await expect(help.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeFocused();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.keyboard.press('Escape');
    await expect(help).toBeHidden();
    await expect(page).toHaveURL(/\/queue/);
  });

  await test.step('g and a letter goes somewhere', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page.getByRole('heading', { level: 1, name: 'Where time goes' })).toBeVisible();
    await page.keyboard.press('g');
    await page.keyboard.press('q');
    await expect(page.getByRole('heading', { level: 1, name: 'Queue' })).toBeAttached();
  });
  const { data } = await company.agent.listRequests({ query: { sort: 'expires_at' } });
  expect(data.map(({ status }) => status)).toEqual(['approved', 'rejected', 'pending']);
});

test('who moves and goes on at once gets there, however slow the server is', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  for (const title of ['First', 'Second']) await company.ask({ title });
  await page.goto('/queue');
  await expect(queueItem(page, 'First').getByRole('link')).toHaveAttribute('aria-current', 'true');
  // Longer than an address is ever put off.
  await page.route('**/requests/*?_rsc=*', async (route) => {
    const answer = await route.fetch();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await route.fulfill({ response: answer });
  });
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { level: 1, name: 'Second' })).toBeVisible();

  await page.goBack();
  await expect(queueItem(page, 'Second').getByRole('link')).toHaveAttribute('aria-current', 'true');
  const search = page.getByRole('searchbox', { name: 'Search requests' });
  await page.keyboard.press('/');
  await page.keyboard.type('i');
  await queueItem(page, 'First').getByRole('link').click();
  await expect(page).toHaveURL(/q=i&.*selected=|selected=.*&q=i/);
  await expect(search).toHaveValue('i');
  await search.fill('');
  await page.keyboard.press('Escape');
  await page.keyboard.press('/');
  await page.keyboard.type('Fir');
  await page.getByRole('region', { name: 'Selected request' }).getByRole('link', { name: 'First' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible();
});

test('where there is no room for two panes, j moves the focus and Enter opens', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  await company.ask({ title: 'First' });
  const page = await signIn(ada, { viewport: { width: 1000, height: 800 } });
  await expect(queueItem(page, 'First')).toBeVisible();
  await page.keyboard.press('j');
  await expect(queueItem(page, 'First').getByRole('link')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'First' })).toBeVisible();
  await page.keyboard.press('a');
  await expect(timeline(page).first()).toContainText('Ada Okafor signed at level 3 and approved it');
});

test('every page begins with a way past the navigation', async ({ company, signIn }) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/insights');
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
});
