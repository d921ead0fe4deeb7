import { decide, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';

test('a flag that needs sign-off is switched on when somebody else approves, and off by anybody at once', async ({
  company,
  signIn,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const marek = await company.hire('Marek Nowak', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/settings/flags');
  await expect(page.getByText('There is no flag')).toBeVisible();

  await page.getByRole('button', { name: 'Add flag' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a flag' });
  await adding.getByRole('textbox', { name: 'Key' }).fill('Large transfers');
  await adding.getByRole('button', { name: 'Add flag' }).click();
  await expect(adding.getByRole('textbox', { name: 'Key' })).toHaveAccessibleDescription(/^Lower-case letters/);
  await adding.getByRole('textbox', { name: 'Key' }).fill('large_transfers');
  await adding.getByRole('textbox', { name: 'Owner' }).fill('payments');
  await adding.getByRole('spinbutton', { name: 'Percent' }).fill('25');
  await adding.getByRole('button', { name: 'Add flag' }).click();
  await expect(told(page)).toContainText('large_transfers: added');

  const row = page.getByRole('table', { name: 'Flags in production' }).getByRole('row', { name: /large_transfers/ });
  await expect(row).toContainText('Off');
  await expect(row).toContainText('Needs sign-off');
  await row.getByRole('button', { name: 'Switch on large_transfers' }).click();
  const switching = page.getByRole('dialog', { name: 'Switch on large_transfers in production?' });
  await expect(switching).toContainText('This asks for approval: an admin or owner other than you has to agree');
  await switching.getByRole('textbox', { name: 'Reason' }).fill('The pilot went well');
  await switching.getByRole('button', { name: 'Ask for approval' }).click();
  await expect(row).toContainText('To be on for 25%');
  await expect(row.getByText('Off', { exact: true })).toBeVisible();

  // It is asked for already: what can be done is to look at the request, and nobody writes a reason that goes nowhere.
  await expect(row.getByRole('button')).toHaveText(['Change large_transfers']);
  await expect(row.getByRole('link', { name: 'See request to change large_transfers' })).toHaveAttribute(
    'href',
    (await row.getByRole('link', { name: /^waits for approval/ }).getAttribute('href')) ?? '',
  );
  await row.getByRole('button', { name: 'Change large_transfers' }).click();
  const changing = page.getByRole('dialog', { name: 'Change large_transfers' });
  await changing.getByRole('checkbox', { name: 'On', exact: true }).check();
  await expect(changing).toContainText('A change of this flag waits for approval already');
  await expect(changing.getByRole('textbox', { name: 'Reason' })).toHaveCount(0);
  await expect(changing.getByRole('button', { name: 'Ask for approval' })).toHaveCount(0);
  await expect(changing.getByRole('link', { name: 'See the request' })).toBeVisible();
  await changing.getByRole('checkbox', { name: 'On', exact: true }).uncheck();
  await changing.getByRole('textbox', { name: 'Owner' }).fill('payments and risk');
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('payments and risk');

  await row.getByRole('link', { name: /^waits for approval/ }).click();
  const title = 'Switch on the flag large_transfers in production for 25%';
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await expect(decide(page, 'Approve')).toHaveAccessibleDescription('You cannot decide your own request.');
  const request = new URL(page.url()).pathname;
  await page.goto('/settings/flags');

  const other = await signIn(marek);
  await other.goto(request);
  await expect(other.getByText('The pilot went well').first()).toBeVisible();
  await decide(other, 'Approve').click();
  await expect(told(other)).toContainText('Approved');
  // Nobody reloads: the page that asked sees it.
  await expect(row).toContainText('On for 25%');
  await expect(row.getByRole('link')).toHaveCount(0);

  await row.getByRole('button', { name: 'Switch off large_transfers' }).click();
  const ending = page.getByRole('dialog', { name: 'Switch off large_transfers in production?' });
  await expect(ending).toContainText('Rules see it off from now on');
  await ending.getByRole('button', { name: 'Switch', exact: true }).click();
  await expect(row.getByText('Off', { exact: true })).toBeVisible();
});

test('a flag that somebody else added meanwhile stays, and is shown', async ({ company, signIn, guard }) => {
  guard.allow(412);
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/settings/flags');
  const second = await signIn(await company.hire('Marek Nowak', { role: 'admin' }));
  await second.goto('/settings/flags');
  for (const [by, key] of [
    [page, 'first_flag'],
    [second, 'second_flag'],
  ] as const) {
    await by.getByRole('button', { name: 'Add flag' }).click();
    await by.getByRole('dialog').getByRole('textbox', { name: 'Key' }).fill(key);
    await by.getByRole('dialog').getByRole('button', { name: 'Add flag' }).click();
    if (by === page) await expect(by.getByRole('row', { name: /first_flag/ })).toBeVisible();
  }
  await expect(second.getByRole('row', { name: /second_flag/ })).toBeVisible();
  await expect(second.getByRole('row', { name: /first_flag/ })).toBeVisible();
});

test('a flag that somebody else changed meanwhile shows who did what, and is written over only by doing it again', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(412);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/settings/flags');
  await page.getByRole('button', { name: 'Add flag' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a flag' });
  await adding.getByRole('textbox', { name: 'Key' }).fill('new_ledger');
  await adding.getByRole('textbox', { name: 'Owner' }).fill('payments');
  await adding.getByRole('checkbox', { name: 'Needs sign-off' }).uncheck();
  await adding.getByRole('button', { name: 'Add flag' }).click();
  const row = page.getByRole('row', { name: /new_ledger/ });
  await expect(row).toBeVisible();

  // Both have it open as it is now.
  const second = await signIn(await company.hire('Marek Nowak', { role: 'admin' }));
  await second.goto('/settings/flags');
  const dialogOf = (who: typeof page) => who.getByRole('dialog', { name: 'Change new_ledger' });
  for (const who of [page, second]) {
    await who.getByRole('button', { name: 'Change new_ledger' }).click();
    await expect(dialogOf(who).getByRole('textbox', { name: 'Owner' })).toHaveValue('payments');
  }
  await dialogOf(page).getByRole('checkbox', { name: 'On', exact: true }).check();
  await dialogOf(page).getByRole('spinbutton', { name: 'Percent' }).fill('40');
  await dialogOf(page).getByRole('button', { name: 'Save' }).click();
  await expect(told(page).filter({ hasText: 'new_ledger: saved' })).toBeVisible();

  const mine = dialogOf(second);
  await mine.getByRole('textbox', { name: 'Owner' }).fill('risk');
  await mine.getByRole('textbox', { name: 'Description' }).fill('The ledger of next year');
  await mine.getByRole('textbox', { name: 'Reason' }).fill('Risk takes it over');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(mine.getByRole('alert')).toContainText('Nothing was changed');
  await expect(mine.getByRole('alert')).toContainText(
    'Ada Okafor has changed this flag: it was Off and is On for 40%. To write over that, do it again.',
  );
  // What the other page did stands, and nothing that was typed is lost.
  await page.reload();
  await expect(row).toContainText('On for 40%');
  await expect(row).toContainText('payments');
  await expect(mine.getByRole('textbox', { name: 'Owner' })).toHaveValue('risk');
  await expect(mine.getByRole('textbox', { name: 'Description' })).toHaveValue('The ledger of next year');
  await expect(mine.getByRole('textbox', { name: 'Reason' })).toHaveValue('Risk takes it over');

  // Who has seen it may write over it: as it stands in the form, switched off.
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(told(second).filter({ hasText: 'new_ledger: saved' })).toBeVisible();
  const written = second.getByRole('row', { name: /new_ledger/ });
  await expect(written).toContainText('risk');
  await expect(written.getByText('Off', { exact: true })).toBeVisible();
});

test('a flag that somebody else removed meanwhile is made again only by doing it again', async ({
  company,
  signIn,
  guard,
}) => {
  guard.allow(412);
  const page = await signIn(await company.hire('Ada Okafor', { role: 'admin' }));
  await page.goto('/settings/flags');
  await page.getByRole('button', { name: 'Add flag' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a flag' });
  await adding.getByRole('textbox', { name: 'Key' }).fill('old_ledger');
  await adding.getByRole('checkbox', { name: 'Needs sign-off' }).uncheck();
  await adding.getByRole('button', { name: 'Add flag' }).click();
  await expect(page.getByRole('row', { name: /old_ledger/ })).toBeVisible();
  const second = await signIn(await company.hire('Marek Nowak', { role: 'admin' }));
  await second.goto('/settings/flags');
  await second.getByRole('button', { name: 'Switch on old_ledger' }).click();

  await page.getByRole('button', { name: 'Remove old_ledger' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('row', { name: /old_ledger/ })).toHaveCount(0);

  const switching = second.getByRole('dialog', { name: 'Switch on old_ledger in production?' });
  await switching.getByRole('button', { name: 'Switch', exact: true }).click();
  await expect(switching.getByRole('alert')).toContainText('Somebody has removed this flag.');
  await page.reload();
  await expect(page.getByRole('row', { name: /old_ledger/ })).toHaveCount(0);
  await switching.getByRole('button', { name: 'Switch', exact: true }).click();
  await expect(second.getByRole('row', { name: /old_ledger/ })).toContainText('On');
});
