import { existsSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, stop } from 'esbuild';
import { explained, ROOT } from './layout.ts';

/** What runs in a process of its own, and where it begins. Each becomes `dist/<name>.mjs`. */
export const ENTRIES = {
  server: 'lib/http/server.ts',
  worker: 'lib/jobs/worker.ts',
  setup: 'lib/cli/setup.ts',
  seed: 'lib/cli/seed.ts',
  replay: 'lib/cli/replay.ts',
  bench: 'lib/cli/bench.ts',
  cli: 'lib/cli/main.ts',
  sweep: 'lib/cli/sweep.ts',
  mcp: 'lib/mcp/stdio.ts',
  openapi: 'lib/openapi/write.ts',
} as const;

export type EntryName = keyof typeof ENTRIES;

export const ENTRY_NAMES = Object.keys(ENTRIES) as EntryName[];

/** Bundles entries for Node: our own code into one file each, packages left where they are. */
export async function bundle(names: EntryName[]): Promise<void> {
  try {
    await build(bundleOptions(names));
  } catch (error) {
    throw explained(`${names.join(', ')} could not be bundled.`, 'What esbuild said is above.', error);
  } finally {
    // Its process would otherwise stay for as long as ours.
    await stop();
  }
}

/** One entry with everything that it needs, packages included, as the text of a CommonJS module. */
export async function bundleText(entry: string): Promise<string> {
  try {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: [entry],
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      bundle: true,
      minify: true,
      legalComments: 'none',
      write: false,
      logLevel: 'warning',
    });
    return outputFiles[0]?.text ?? '';
  } catch (error) {
    throw explained(`${entry} could not be bundled.`, 'What esbuild said is above.', error);
  } finally {
    await stop();
  }
}

export function bundleOptions(names: EntryName[]): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(names.map((name) => [name, `./${ENTRIES[name]}`])),
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    format: 'esm',
    target: 'node22',
    bundle: true,
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  };
}

export function bundlePath(name: EntryName): string {
  return path.join(ROOT, 'dist', `${name}.mjs`);
}

export function isBundled(name: EntryName): boolean {
  return existsSync(bundlePath(name));
}
