import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '@/scripts/layout';
import { expectAccessible } from './fixtures/axe';
import { expect, test } from './fixtures/index';
import { instanceUrl } from './fixtures/instance';
import { open } from './fixtures/pages';

const HEADING = 'Sign in the command line';
const home = mkdtempSync(path.join(tmpdir(), 'countersign-cli-login-'));
test.afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The command line as it was built, with settings of its own. */
function countersign(...args: string[]) {
  const env = { ...process.env, COUNTERSIGN_URL: instanceUrl(), COUNTERSIGN_TOKEN: '', XDG_CONFIG_HOME: home };
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [path.join(ROOT, 'dist/cli.mjs'), ...args], {
    env,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { output, code, child };
}

const addressIn = (text: string) => /http\S+\/cli-login\?\S+/.exec(text)?.[0] ?? '';

test('a person signs their command line in with the browser, and decides with it', async ({
  company,
  browser,
  guard,
}) => {
  const ada = await company.hire('Ada Okafor', { role: 'operator', level: 3 });
  const login = countersign('login', '--no-browser');
  await expect.poll(() => addressIn(login.output.stderr)).not.toBe('');
  const page = await (await browser.newContext()).newPage();
  guard.watch(page);

  // Nobody is signed in yet: the way leads through the sign-in and back.
  await page.goto(addressIn(login.output.stderr));
  await page.getByLabel('Email').fill(ada.email);
  await page.getByLabel('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: HEADING })).toBeVisible();
  await expect(page.getByText(`Ada Okafor (${ada.email})`)).toBeVisible();
  await expect(page.getByText('operator, level 3')).toBeVisible();
  expect(login.child.exitCode).toBeNull();

  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText('The command line is signed in. You can close this page.')).toBeVisible();
  expect(await login.code).toBe(0);
  expect(login.output.stdout).toContain('operator, level 3');

  const request = await company.ask();
  const approve = countersign('approve', request.request_id, '--notes', 'From the terminal');
  expect([await approve.code, approve.output.stderr]).toEqual([0, '']);
  await page.goto(`${instanceUrl()}/requests/${request.request_id}`);
  await expect(page.getByRole('list', { name: 'Timeline' })).toContainText('From the terminal');
  await page.context().close();
});

test('the page is whole in light and dark, wide and on a phone, and says nothing of an address that no command line made', async ({
  company,
  signIn,
  guard,
}) => {
  const page = await signIn(await company.hire('Ada Okafor', { role: 'owner' }));
  const login = countersign('login', '--no-browser');
  await expect.poll(() => addressIn(login.output.stderr)).not.toBe('');
  const address = new URL(addressIn(login.output.stderr));
  await expectAccessible(page, 'signing in the command line', () =>
    open(page, `${address.pathname}${address.search}`, HEADING),
  );
  await page.getByRole('link', { name: 'Do not allow' }).click();
  await expect(page).toHaveURL(/\/queue/);
  login.child.kill();
  await login.code;
  guard.allow(404);
  address.searchParams.set('port', '80');
  await open(page, `${address.pathname}${address.search}`, 'Not found');
});
