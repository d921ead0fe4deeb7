import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.ts';
import { fingerprint } from './fingerprint.ts';
import { explained, ROOT } from './layout.ts';
import { readIfThere, writeWhole } from './processes.ts';

const CLIENT = 'lib/platform/db/generated';

/** `npm run generate`: the Prisma client and `public/openapi.json`, from the schema and the contracts. */
export async function main(): Promise<void> {
  await generate();
  await bundle(['openapi']);
  run(process.execPath, ['dist/openapi.mjs'], 'The OpenAPI document could not be written.');
}

/** What is not in Git but has to be there before anything can be checked or built. Does nothing when it is up to date. */
export async function generate(): Promise<void> {
  const stamp = path.join(ROOT, CLIENT, 'fingerprint');
  const current = fingerprint(['prisma/schema', 'prisma.config.ts', 'node_modules/prisma/package.json']);
  if (readIfThere(stamp) === current) return;
  // Generating never runs the schema engine, but Prisma downloads it unless told where it is.
  const env = {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  };
  run('node_modules/.bin/prisma', ['generate', '--no-hints'], 'The Prisma client could not be generated.', env);
  if (!existsSync(path.join(ROOT, CLIENT))) throw new Error(`prisma generate wrote nothing to ${CLIENT}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeWhole(stamp, current, 0o644);
}

/** The types of the console's routes, which the type checker wants to see. Always, because it is quick. */
export function generateRouteTypes(): void {
  const env = { NEXT_TELEMETRY_DISABLED: '1' };
  run('node_modules/.bin/next', ['typegen'], 'The types of the routes could not be generated.', env);
}

function run(file: string, args: string[], failure: string, env: Record<string, string> = {}): void {
  const program = path.resolve(ROOT, file);
  const result = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env } });
  if (result.error) throw result.error;
  if (result.status !== 0) throw explained(failure, `${result.stdout}${result.stderr}`);
}
