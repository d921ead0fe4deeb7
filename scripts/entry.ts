import { spawn } from 'node:child_process';
import { buildIfStale } from './build.ts';
import { bundle, bundlePath, type EntryName } from './bundle.ts';
import { migrateInstance, openInstanceDatabase } from './database.ts';
import { generate } from './generate.ts';
import { findRunning } from './instance.ts';
import { ROOT } from './layout.ts';
import { instanceEnv, setUpInstance } from './prepare.ts';

/**
 * `npm run seed`, `replay` and `bench`: runs an entry with the environment of the instance, and with COUNTERSIGN_URL where it is
 * running. Where it is not, its database is started for as long as this takes.
 */
export async function main([name, ...args]: string[]): Promise<void> {
  const entry = name as EntryName;
  const running = findRunning();
  const databaseUrl = process.env.DATABASE_URL || running?.databaseUrl;
  await generate();
  // The bench starts servers of its own, from what a start would build.
  if (entry === 'bench') await buildIfStale({ env: process.env });
  await bundle([entry, 'setup']);
  if (databaseUrl) {
    const port = running?.url ? new URL(running.url).port : process.env.PORT;
    const env = instanceEnv(databaseUrl, Number(port || 3000));
    // What the instance was started with counts, also where this terminal does not know it.
    if (running?.home && !process.env.NEXTAUTH_URL) env.NEXTAUTH_URL = running.home;
    process.exitCode = await run(entry, args, env, running?.url);
    return;
  }
  const database = await openInstanceDatabase();
  try {
    const env = instanceEnv(database.url, Number(process.env.PORT || 3000));
    await migrateInstance(database.url);
    await setUpInstance(env);
    process.exitCode = await run(entry, args, env, undefined);
  } finally {
    await database.cluster?.release();
  }
}

function run(entry: EntryName, args: string[], env: NodeJS.ProcessEnv, url: string | undefined): Promise<number> {
  const child = spawn(process.execPath, ['--enable-source-maps', bundlePath(entry), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...env, ...(url && !env.COUNTERSIGN_URL ? { COUNTERSIGN_URL: url } : {}) },
  });
  // Ctrl-C reaches the entry as well; it ends, and we after it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
