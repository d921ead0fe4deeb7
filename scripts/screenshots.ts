import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { provideBrowser } from './browser.ts';
import { ROOT, temporaryDir } from './layout.ts';
import { runInstance } from './run-instance.ts';

const PICTURES = path.join(ROOT, 'docs/images');
/** Somebody who may give the signature that is missing. */
const VIEWER = 'marek@demo.example';
/** The request that the pictures are about: of some weight, and signed in part. */
const REQUEST = 'Pay 184,200.00 EUR to Kestrel Cloud BV';

/** `npm run screenshots`: the pictures of the documentation, from a fresh instance with the demo scenario, in light and dark. */
export async function main(): Promise<void> {
  const dir = temporaryDir('screenshots');
  const instance = await runInstance(dir);
  const browser = await chromium.launch({
    executablePath: provideBrowser(),
    // Chromium's own sandbox does not work as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const password = await seedDemo(dir);
    mkdirSync(PICTURES, { recursive: true });
    for (const colorScheme of ['light', 'dark'] as const) await takeAll(browser, instance.url, password, colorScheme);
  } finally {
    await browser.close();
    await instance.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Returns the password of the demo's people, which is printed once. */
async function seedDemo(dir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'scripts/seed.mjs'), '--scenario', 'demo'],
    { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production', COUNTERSIGN_DATA_DIR: dir } },
  );
  const password = /with the password (\S+)/.exec(stdout)?.[1];
  if (!password) throw new Error(`The demo was not seeded:\n${stdout}`);
  return password;
}

async function takeAll(browser: Browser, url: string, password: string, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme,
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 1.5,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const take = async (name: string) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: path.join(PICTURES, `${name}-${colorScheme}.png`), animations: 'disabled' });
  };
  await signIn(page, password);
  await page.getByRole('list', { name: 'Requests' }).getByRole('link', { name: REQUEST }).click();
  await page.getByRole('list', { name: 'Signatures' }).waitFor();
  await page.getByText('Inês Rocha').first().waitFor();
  await take('queue');
  await page.getByRole('region', { name: 'Selected request' }).getByRole('link', { name: REQUEST }).click();
  await page.waitForURL('**/requests/req_*');
  await page.getByRole('heading', { level: 1, name: REQUEST }).waitFor();
  await page.getByRole('list', { name: 'Timeline' }).waitFor();
  await take('request');
  await page.goto('/insights');
  await page.getByRole('img', { name: /^Time to approve/ }).waitFor();
  await take('insights');
  await context.close();
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(VIEWER);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/queue**');
}
