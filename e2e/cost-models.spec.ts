import { told } from './fixtures/console-pages';
import { askForSummary, reportDrift } from './fixtures/costs';
import { expect, test } from './fixtures/index';
import { connect } from './fixtures/instance';

test('a skill gets a cost model, learns from outcomes, drifts, and is trusted again', async ({ company, signIn }) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const manager = connect(await company.keyFor(['policy:manage'], ada));
  const page = await signIn(ada);
  await page.goto('/settings/cost-models');
  await expect(page.getByText('Nothing is estimated')).toBeVisible();

  await page.getByRole('button', { name: 'Add model' }).click();
  const adding = page.getByRole('dialog', { name: 'Add a cost model' });
  await adding.getByRole('button', { name: 'Add model' }).click();
  await expect(adding.getByRole('textbox', { name: 'Skill' })).toBeFocused();
  await expect(adding.getByRole('textbox', { name: 'Skill' })).toHaveAccessibleDescription(/^This is missing/);
  await adding.getByRole('textbox', { name: 'Skill' }).fill('research.summarise');
  await adding.getByRole('textbox', { name: 'Base, in cents' }).fill('20');
  await adding.getByRole('button', { name: 'Add a rate' }).click();
  await adding.getByRole('textbox', { name: 'Field 1' }).fill('/usage/tokens');
  await adding.getByRole('textbox', { name: 'Cents per unit' }).fill('0.08');
  const cost = adding.getByRole('status', { name: 'It would cost' });
  await expect(cost).toContainText('1.00');
  await adding.getByRole('textbox', { name: 'A payload to try it on' }).fill('{"usage": {}}');
  await expect(cost).toContainText('no number of at least 0 at /usage/tokens');
  await adding.getByRole('textbox', { name: 'A payload to try it on' }).fill('{"usage": {"tokens": 12500}}');
  await expect(cost).toContainText('10.20');
  await adding.getByRole('button', { name: 'Add model' }).click();
  await expect(told(page)).toContainText('research.summarise is estimated by version 1');

  const model = page.getByRole('list', { name: 'Cost models' }).getByRole('listitem', { name: 'research.summarise' });
  await expect(model).toContainText('0.20, and 0.08 ct for each /usage/tokens');
  await expect(model).toContainText('Nothing is learnt yet');
  await expect(model).toContainText('Approves by cost');

  await reportDrift(company, manager);
  await page.reload();
  await expect(model).toContainText('Automatic approval off');
  await expect(model).toContainText('Half of its last 20 outcomes cost at least 1.50 times what its model says.');
  await expect(
    model.getByRole('img', { name: /^20 outcomes by what they cost .* the median of the last 20 is 1.50/ }),
  ).toBeVisible();
  await expect(model).toContainText('At most 1.50 times that half of the time, 1.70 times in 19 of 20');

  const held = await askForSummary(company);
  expect(held.status).toBe('pending');
  await page.goto(`/requests/${held.request_id}`);
  await expect(page.getByText(/1\.50, at most 1\.70 in 19 of 20 · estimated by model version 1/)).toBeVisible();
  await expect(page.getByText(/^Automatic approval by cost is off for research\.summarise/)).toBeVisible();
  await page.goto('/policies/playground');
  const question = page.getByRole('form', { name: 'Question' });
  await question.getByRole('textbox', { name: 'Skill' }).fill('research.summarise');
  await question.getByRole('textbox', { name: 'Payload' }).fill('{"usage": {"tokens": 1000}}');
  await question.getByRole('button', { name: 'Ask policy' }).click();
  await expect(page.getByRole('region', { name: 'Answers' })).toContainText(
    /1\.50, at most .*1\.70 in 19 of 20 · estimated by model version 1, confidence 0\.\d\d/,
  );

  await page.goto('/settings/cost-models');
  await model.getByRole('button', { name: 'Switch on again' }).click();
  const trusting = page.getByRole('dialog', { name: 'Let research.summarise be approved by its cost again?' });
  await trusting.getByRole('button', { name: 'Switch on again' }).click();
  await expect(trusting.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/^This is missing/);
  await trusting.getByRole('textbox', { name: 'Reason' }).fill('The provider is back at its list price');
  await trusting.getByRole('button', { name: 'Switch on again' }).click();
  await expect(told(page)).toContainText('research.summarise is approved by its cost again');
  await expect(model).toContainText('The provider is back at its list price');
  expect((await askForSummary(company)).status).toBe('approved');

  await model.getByRole('button', { name: 'Change' }).click();
  const changing = page.getByRole('dialog', { name: 'Change what research.summarise costs' });
  await changing.getByRole('textbox', { name: 'Cents per unit' }).fill('0.13');
  await changing.getByRole('button', { name: 'Save as version 2' }).click();
  await expect(told(page).filter({ hasText: 'research.summarise is estimated by version 2' })).toBeVisible();
  await model.getByRole('button', { name: 'Versions' }).click();
  const versions = page.getByRole('dialog', { name: 'Versions of what research.summarise costs' });
  await expect(versions.getByRole('rowheader')).toHaveText([/^Version 2\s*In use$/, /^Version 1\s*Retired$/]);
  await expect(versions.getByRole('row', { name: 'Version 1' })).toContainText('20');
  await page.keyboard.press('Escape');

  await model.getByRole('button', { name: 'Retire' }).click();
  const retiring = page.getByRole('alertdialog', { name: 'Retire the model of research.summarise?' });
  await retiring.getByRole('button', { name: 'Retire' }).click();
  await expect(page.getByText('Nothing is estimated')).toBeVisible();
});

test('who changes a model that somebody else has changed meanwhile hears so, and loses nothing', async ({
  company,
  signIn,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const manager = connect(await company.keyFor(['policy:manage'], ada));
  const put = (base_cents: number) =>
    manager.putCostModels({ body: { cost_models: [{ skill_id: 'deploy', base_cents }] }, ifMatch: '*' });
  await put(100);
  const page = await signIn(ada);
  await page.goto('/settings/cost-models');
  const model = page.getByRole('list', { name: 'Cost models' }).getByRole('listitem', { name: 'deploy' });
  await model.getByRole('button', { name: 'Change' }).click();
  const changing = page.getByRole('dialog', { name: 'Change what deploy costs' });
  await changing.getByRole('textbox', { name: 'Base, in cents' }).fill('300');
  await put(200);
  guard.allow(412);
  await changing.getByRole('button', { name: /^Save/ }).click();
  await expect(changing.getByRole('alert').filter({ hasText: 'Nothing was saved' })).toContainText(
    'Somebody has written version 2',
  );
  await expect(changing.getByRole('textbox', { name: 'Base, in cents' })).toHaveValue('300');
  await changing.getByRole('button', { name: 'Cancel' }).click();
  await expect(model).toContainText('2.00');
});
