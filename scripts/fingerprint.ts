import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './layout.ts';

/**
 * A hash over the names and contents of files: `inputs` are files and folders below the root. One that does not exist counts as
 * empty. Contents, not times: a fresh checkout of the same sources needs no new build.
 */
export function fingerprint(inputs: string[], except: (file: string) => boolean = () => false): string {
  const hash = createHash('sha256').update(process.versions.node);
  for (const file of inputs.flatMap(listFiles).sort()) {
    if (!except(file)) hash.update(`\0${file}\0`).update(readFileSync(path.join(ROOT, file)));
  }
  return hash.digest('hex');
}

function listFiles(input: string): string[] {
  const whole = path.join(ROOT, input);
  if (!existsSync(whole)) return [];
  if (statSync(whole).isFile()) return [input];
  const entries = readdirSync(whole, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}
