import { readFile } from 'node:fs/promises';
import { expect, test } from './fixtures/index';
import { connect, instanceUrl } from './fixtures/instance';

const DOCUMENT = `# Purchasing, as agreed with finance.
levels:
  - { level: 3 } # everything else
  - skill_id: payments.transfer
    level: 4
`;

test('a configuration that was applied from a file is read, and downloaded as it was written', async ({
  company,
  signIn,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'admin' });
  const page = await signIn(ada);
  await page.goto('/settings/configuration');
  const document = page.getByRole('region', { name: 'Configuration as YAML' });
  await expect(document).toContainText(`tenant_id: ${company.tenantId}`);
  await expect(page.getByRole('note')).toContainText('It is compared with no file');

  const key = await company.keyFor(['policy:manage']);
  const answer = await fetch(new URL('/api/v1/config', instanceUrl()), {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/yaml' },
    body: DOCUMENT,
  });
  expect(answer.status).toBe(200);
  const writer = connect(key);
  const tried = await writer.putConfig({ query: { dry_run: 'true' }, body: { levels: [{ level: 3 }] } });
  expect(tried.sections).toMatchObject([{ section: 'levels', added: [], changed: [], removed: [{}] }]);

  await page.reload();
  await expect(document).toContainText('# Purchasing, as agreed with finance.');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe(`${company.tenantId}.yaml`);
  expect(await readFile(await download.path(), 'utf8')).toBe(DOCUMENT);
});
