import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin, stop } from 'esbuild';
import { explained, ROOT } from './layout.ts';

const SOURCE = path.join(ROOT, 'lib/client');
const DIST = path.join(ROOT, 'dist/client');

/** `npm run client`: makes the package of the typed client, ready for `npm publish dist/client`. */
export async function main(): Promise<void> {
  await buildClientPackage(DIST);
  console.log(`The package @countersign/client is in ${path.relative(ROOT, DIST)}.`);
}

/** Makes the package in a folder of its own: modules, types, README, and the manifest of `lib/client` with its exports in their built form. */
export async function buildClientPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    const table = await operationTable();
    await build({
      absWorkingDir: ROOT,
      entryPoints: Object.fromEntries(entries().map(({ module, source }) => [module, source])),
      outdir: folder,
      platform: 'neutral',
      format: 'esm',
      target: 'es2022',
      bundle: true,
      splitting: true,
      packages: 'external',
      logLevel: 'warning',
      plugins: [withTable(table)],
    });
  } catch (error) {
    throw explained('The client could not be bundled.', 'What esbuild said is above.', error);
  } finally {
    await stop();
  }
  writeTypes(path.join(folder, 'types'));
  copyFileSync(path.join(SOURCE, 'README.md'), path.join(folder, 'README.md'));
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(builtManifest(), null, 2)}\n`);
}

interface Manifest {
  /** By the name under which it is imported, the source that it is made of. */
  exports: Record<string, string>;
}

function readManifest(): Manifest {
  return JSON.parse(readFileSync(path.join(SOURCE, 'package.json'), 'utf8')) as Manifest;
}

interface Entry {
  /** `.` or `./node`. */
  name: string;
  /** The built module, without its ending. */
  module: string;
  /** From the root. */
  source: string;
}

function entries(): Entry[] {
  return Object.entries(readManifest().exports).map(([name, file]) => ({
    name,
    module: name === '.' ? 'index' : name.slice(2),
    source: path.join('lib/client', file),
  }));
}

function builtManifest(): object {
  const exports = entries().map(({ name, module, source }) => [
    name,
    { types: `./types/${source.replace(/\.ts$/, '.d.ts')}`, default: `./${module}.js` },
  ]);
  return { ...readManifest(), exports: Object.fromEntries(exports), files: ['*.js', 'types'] };
}

/** What the client needs to know of an operation to call it; its schemas are for who serves it. */
async function operationTable(): Promise<string> {
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, 'countersign-operations-'));
  try {
    const outfile = path.join(folder, 'contracts.mjs');
    const options = {
      absWorkingDir: ROOT,
      platform: 'node',
      format: 'esm',
      bundle: true,
      packages: 'external',
    } as const;
    await build({ ...options, entryPoints: ['lib/contracts/index.ts'], outfile });
    const { operations } = (await import(pathToFileURL(outfile).href)) as {
      operations: Record<string, OperationFacts>;
    };
    const facts = Object.entries(operations).map(([id, { method, path: pattern, responseKind, body }]) => [
      id,
      { method, path: pattern, responseKind, body: body === undefined ? undefined : true },
    ]);
    return `export const operations = ${JSON.stringify(Object.fromEntries(facts))};`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface OperationFacts {
  method: string;
  path: string;
  responseKind?: string;
  body?: unknown;
}

/** Gives the client the table instead of the contracts, so that whoever uses it does not carry every schema of the server. */
function withTable(table: string): Plugin {
  return {
    name: 'operation-table',
    setup(build) {
      build.onResolve({ filter: /^@\/lib\/contracts$/ }, ({ importer }) =>
        importer === path.join(SOURCE, 'client.ts') ? { path: 'operations', namespace: 'operation-table' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'operation-table' }, () => ({ contents: table, loader: 'js' }));
    },
  };
}

/** The declarations of the client and of what its types are made of. */
function writeTypes(folder: string): void {
  const config = path.join(path.dirname(folder), 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    incremental: false,
    rootDir: ROOT,
    outDir: folder,
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
    plugins: [],
  };
  const files = entries().map(({ source }) => path.join(ROOT, source));
  writeFileSync(
    config,
    JSON.stringify({ extends: path.join(ROOT, 'tsconfig.json'), compilerOptions, files, include: [] }),
  );
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', config], { cwd: ROOT, encoding: 'utf8' });
  rmSync(config);
  if (status !== 0) throw explained('The types of the client could not be made.', stdout);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.d.ts')) withWholePaths(folder, path.join(folder, name));
  }
}

const SPECIFIER = /(from |import\()(['"])(@\/[^'"]+|\.[^'"]*)\2/g;

/** Modules outside of the repository find each other by the names of their files alone. */
function withWholePaths(root: string, file: string): void {
  const text = readFileSync(file, 'utf8').replace(SPECIFIER, (_, before: string, quote: string, specifier: string) => {
    const from = specifier.startsWith('@/') ? root : path.dirname(file);
    const target = path.resolve(from, specifier.replace(/^@\//, '').replace(/\.ts$/, ''));
    const module = existsSync(`${target}.d.ts`) ? target : path.join(target, 'index');
    const relative = path.relative(path.dirname(file), module).replaceAll(path.sep, '/');
    return `${before}${quote}${relative.startsWith('.') ? relative : `./${relative}`}.js${quote}`;
  });
  writeFileSync(file, text);
}
