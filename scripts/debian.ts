import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { ROOT } from './layout.ts';

const APT_GET = '/usr/bin/apt-get';

/** Whether packages of Debian can be installed here: by root, where there is apt-get. */
export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync(APT_GET);
}

/** Installs Debian's packages, without a question; whether it worked shows in what is there then. */
export function installPackages(names: readonly string[]): void {
  for (const args of [
    ['update', '--quiet'],
    ['install', '--yes', '--quiet', '--no-install-recommends', ...names],
  ]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync(APT_GET, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
  }
}
