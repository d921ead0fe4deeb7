import { decide, told } from './fixtures/console-pages';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';

test('a budget is set, drawn from, settled by outcomes, changed and retired', async ({ company, signIn, guard }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/settings/budgets');
  await expect(page.getByText('Nothing is limited')).toBeVisible();

  await page.getByRole('button', { name: 'Add budget' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a budget' });
  await adding.getByRole('textbox', { name: 'Skill' }).fill('payments.transfer');
  await adding.getByRole('radio', { name: 'Day' }).check();
  await adding.getByRole('button', { name: 'Add budget' }).click();
  await expect(adding.getByRole('textbox', { name: 'Limit' })).toBeFocused();
  await expect(adding.getByRole('textbox', { name: 'Limit' })).toHaveAccessibleDescription(
    /^An amount such as 5,000\.00/,
  );
  await adding.getByRole('textbox', { name: 'Limit' }).fill('3,000');
  await adding.getByRole('textbox', { name: 'Description' }).fill('Agreed with finance');
  await page.keyboard.press('Enter');
  await expect(told(page)).toContainText('payments.transfer: 3,000.00 a day');
  const row = page.getByRole('table', { name: 'Budgets' }).getByRole('row', { name: /payments\.transfer/ });
  await expect(row).toContainText('Agreed with finance');
  await expect(row).toContainText('3,000.00 left');

  const transfer = { skill_id: 'payments.transfer', payload: { amount_cents: 200_000, currency: 'EUR' } };
  const [first, second] = [await company.ask(transfer), await company.ask(transfer)];
  await page.goto(`/requests/${first.request_id}`);
  const draws = page.getByRole('list', { name: 'Budgets' });
  await expect(draws).toContainText('€2,000.00 of €3,000.00 left');
  await decide(page, 'Approve').click();
  await expect(told(page)).toContainText('Approved');
  await expect(draws).toContainText('€2,000.00 reserved');

  await page.goto(`/requests/${second.request_id}`);
  await expect(draws).toContainText('Only €1,000.00 left: approving is refused');
  guard.allow(409);
  await decide(page, 'Approve').click();
  await expect(told(page)).toContainText('A budget has not enough left for this');
  await expect(decide(page, 'Approve')).toBeEnabled();

  const denied = await company.ask(transfer);
  expect(denied).toMatchObject({ status: 'rejected', policy: { violations: [{ type: 'BudgetExceeded' }] } });
  await page.goto(`/requests/${denied.request_id}`);
  await expect(page.getByRole('region', { name: 'Why policy refused it' })).toContainText('has 1,000.00 left');
  const held = page.getByRole('list', { name: 'Budgets that did not pay' }).getByRole('img');
  await expect(held).toHaveAccessibleName('0.00 spent and 2,000.00 reserved of 3,000.00');

  await company.agent.reportOutcome({
    params: { id: first.request_id },
    body: { result: 'used', actual_cost_cents: 90_000 },
  });
  await page.goto(`/requests/${first.request_id}`);
  await expect(draws).toContainText('€900.00 spent');
  await expect(page.getByRole('region', { name: 'The request' })).toContainText(
    'Used, cost €900.00 instead of €2,000.00',
  );
  await page.goto(`/requests/${second.request_id}`);
  await decide(page, 'Approve').click();
  await expect(told(page)).toContainText('Approved');

  await page.goto('/settings/budgets');
  await expect(row.getByRole('img')).toHaveAccessibleName('900.00 spent and 2,000.00 reserved of 3,000.00');
  await row.getByRole('button', { name: /^Change/ }).click();
  const changing = page.getByRole('dialog', { name: 'Change the budget for payments.transfer' });
  await changing.getByRole('textbox', { name: 'Limit a day' }).fill('2500');
  // Somebody else is faster, and the page reads it while the dialog is open.
  const writer = connect(await company.keyFor(['policy:manage']));
  const budgets = [{ skill_id: 'payments.transfer', period: 'day' as const, limit_cents: 700_000 }];
  await writer.putBudgets({ query: { tenant_id: company.tenantId }, body: { budgets }, ifMatch: '*' });
  await expect(page.getByText('7,000.00').first()).toBeAttached({ timeout: 15_000 });
  guard.allow(412);
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(changing.getByRole('alert')).toContainText('Somebody has set this budget to 7,000.00 a day meanwhile');
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('400.00 over');

  // What somebody changed elsewhere is in nobody's way.
  await row.getByRole('button', { name: /^Change/ }).click();
  await changing.getByRole('textbox', { name: 'Limit a day' }).fill('2600');
  await writer.putLevels({ query: { tenant_id: company.tenantId }, body: { levels: [{ level: 3 }] }, ifMatch: '*' });
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('300.00 over');

  await row.getByRole('button', { name: /^Retire/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Retire' }).click();
  await expect(told(page).filter({ hasText: 'The budget for payments.transfer is retired' })).toBeVisible();
  await expect(page.getByText('Nothing is limited')).toBeVisible();
});
