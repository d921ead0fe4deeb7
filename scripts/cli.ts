import { pathToFileURL } from 'node:url';
import { bundle, bundlePath, type EntryName, isBundled } from './bundle.ts';
import { generate } from './generate.ts';
import { findRunning } from './instance.ts';
import { instanceEnv } from './prepare.ts';

const ENTRIES: EntryName[] = ['cli', 'sweep', 'mcp'];
/** What works on the database, and so wants the settings of the instance. */
const ON_THE_DATABASE = ['escalate', 'expire'];

/**
 * `npx countersign` and `npm run cli --`: the command line as it was built, or built now if it was not. In this process, so that the terminal is
 * its own.
 */
export async function main(args: string[]): Promise<void> {
  if (!ENTRIES.every(isBundled)) {
    await generate();
    await bundle(ENTRIES);
  }
  const running = args.some((word) => ON_THE_DATABASE.includes(word)) ? findRunning() : null;
  if (running?.databaseUrl && !process.env.DATABASE_URL) {
    Object.assign(process.env, instanceEnv(running.databaseUrl, Number(process.env.PORT || 3000)));
  }
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(bundlePath('cli')).href);
}
