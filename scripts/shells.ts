import { spawnSync } from 'node:child_process';
import { canInstallPackages, installPackages } from './debian.ts';

/** The shells whose completion is tested, each in itself. */
const SHELLS = ['bash', 'zsh', 'fish'];

/** Brings the shells that are missing, where that can be done; what is still missing is said, since its tests are skipped. */
export function provideShells(): void {
  const missing = SHELLS.filter((shell) => !isThere(shell));
  if (missing.length > 0 && canInstallPackages()) {
    console.log(`Installing Debian's ${missing.join(' and ')}, whose completion is tested …`);
    installPackages(missing);
  }
  for (const shell of missing) {
    if (!isThere(shell)) console.log(`${shell} is not installed: its completion is not tested.`);
  }
}

function isThere(shell: string): boolean {
  return spawnSync(shell, ['--version'], { stdio: 'ignore' }).error === undefined;
}
