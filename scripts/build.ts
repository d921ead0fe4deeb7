import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundle, ENTRY_NAMES, isBundled } from './bundle.ts';
import { fingerprint } from './fingerprint.ts';
import { generate } from './generate.ts';
import { describeDuration, explained, ROOT } from './layout.ts';
import { readIfThere, withLock, writeWhole } from './processes.ts';

/** Everything a build is made of. */
export const SOURCES = [
  'app',
  'components',
  'lib',
  'prisma/schema',
  'public',
  'scripts/bundle.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
];

const STAMP = path.join(ROOT, 'dist/fingerprint');

/** `npm run build`. */
export async function main(): Promise<void> {
  rmSync(STAMP, { force: true });
  await buildIfStale({ env: process.env });
}

/**
 * Makes `dist/` (server, worker and commands) and `.next/` (the console) from the sources, unless they are what these sources
 * would make. Aborting the signal ends a running build.
 */
export async function buildIfStale({ env, signal }: { env: NodeJS.ProcessEnv; signal?: AbortSignal }): Promise<void> {
  await generate();
  mkdirSync(path.dirname(STAMP), { recursive: true });
  await withLock(path.join(ROOT, 'dist/lock'), async () => {
    const current = fingerprint(SOURCES, isNotBuilt);
    if (readIfThere(STAMP) === current && ENTRY_NAMES.every(isBundled) && existsSync(path.join(ROOT, '.next/BUILD_ID')))
      return;
    const begin = Date.now();
    console.log('Building (a minute or two; only after a change) …');
    rmSync(STAMP, { force: true });
    await bundle(ENTRY_NAMES);
    await buildConsole(env, signal);
    writeWhole(STAMP, current, 0o644);
    console.log(`Built in ${describeDuration(Date.now() - begin)}.`);
  });
}

/** Tests are not part of a build, and the generated client follows from the schema. */
function isNotBuilt(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || file.startsWith('lib/testing/') || file.includes('/generated/');
}

function buildConsole(env: NodeJS.ProcessEnv, signal: AbortSignal | undefined): Promise<void> {
  const next = path.join(ROOT, 'node_modules/next/dist/bin/next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: ROOT,
    env: { ...env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(explained('The console could not be built.', Buffer.concat(output).toString()));
    });
  });
}
