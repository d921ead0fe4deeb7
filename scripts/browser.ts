import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { canInstallPackages, installPackages } from './debian.ts';
import { explained, ROOT } from './layout.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser for the journeys: CHROMIUM_PATH, one on the PATH, or Playwright's own. Null when there is none. */
export function findBrowser(): string | null {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (isExecutable(given)) return given;
    throw explained(`CHROMIUM_PATH names ${given}, which cannot be run.`, 'Correct it or unset it.');
  }
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((dir) => NAMES.map((name) => path.join(dir, name)));
  return [...onPath, ...MAC_APPS, chromium.executablePath()].find(isExecutable) ?? null;
}

/** Finds a browser, or gets one: Debian's package as root, else Playwright's download. */
export function provideBrowser(): string {
  const found = findBrowser();
  if (found) return found;
  if (canInstallPackages()) {
    console.log("No Chromium found; installing Debian's package …");
    installPackages(['chromium']);
  } else {
    console.log('No Chromium found; downloading the one of Playwright …');
    const download = [path.join(ROOT, 'node_modules/playwright/cli.js'), 'install', 'chromium'];
    spawnSync(process.execPath, download, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  }
  const installed = findBrowser();
  if (installed) return installed;
  throw explained(
    'There is no browser for the journeys, and none could be installed.',
    'Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
