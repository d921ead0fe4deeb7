import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { approveRequest } from '@/lib/http/handlers/requests';
import { call, withSession } from '@/lib/testing/calls';
import { type OpenApi, openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';
import { buildClientPackage } from '@/scripts/client-package';
import { ROOT, temporaryDir } from '@/scripts/layout';

// The package as an integrator gets it: installed into a project of their own, which knows nothing of this repository.
const sql = testDatabase();
const run = promisify(execFile);

let project: string;
let api: OpenApi;

beforeAll(async () => {
  project = temporaryDir('integrator');
  await buildClientPackage(path.join(project, 'node_modules/@countersign/client'));
  // What `npm install` puts beside it.
  for (const name of ['zod', '@types']) {
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  }
  writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    allowImportingTsExtensions: true,
    // Declarations that do not fit each other are our fault, and would otherwise be silent `any`.
    skipLibCheck: false,
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  api = await openApi();
});
afterAll(async () => {
  await api.close();
  rmSync(project, { recursive: true, force: true });
});

/** The example at the top of the README, pointed at this test’s server. */
function readmeExample(): string {
  const readme = readFileSync(path.join(ROOT, 'lib/client/README.md'), 'utf8');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  return `async function pay(payload: object) { console.log(\`paid \${JSON.stringify(payload)}\`); }
${example.replace('http://localhost:3000', api.url).replace("'default'", "'acme'")}`;
}

/** A call without what it needs does not compile, and neither does a field that does not exist. */
const WRONG = `import { createClient } from '@countersign/client';
const client = createClient({ baseUrl: '' });
// @ts-expect-error: a decision names its request
await client.approveRequest({ body: {} });
// @ts-expect-error: nobody has such a field
(await client.getMe()).nothing;
`;

test('the README’s example compiles against the package alone, waits for a person, and pays', async () => {
  await addTenant(sql, 'acme');
  const { key } = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
  const session = await withSession(await addPerson(sql, 'acme', 'operator'));
  writeFileSync(path.join(project, 'example.ts'), readmeExample());
  writeFileSync(path.join(project, 'wrong.ts'), WRONG);
  await run(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', project]);

  const child = spawn(process.execPath, ['example.ts'], {
    cwd: project,
    env: { NODE_ENV: 'production', COUNTERSIGN_TOKEN: key },
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const id = await vi.waitFor(async () => {
    const [row] = await sql<{ id: string }>("SELECT id FROM approval_requests WHERE correlation_id = 'invoice-4711'");
    if (row === undefined) throw new Error(`Nobody has asked yet: ${Buffer.concat(said)}`);
    return row.id;
  }, 20_000);
  await call(approveRequest, { as: session, params: { id }, body: {} });
  expect(await ended).toBe(0);
  expect(Buffer.concat(said).toString()).toBe('paid {"currency":"EUR","amount_cents":250000}\n');
});

/** The modules that this one loads, itself included. */
function modulesOf(folder: string, name: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(name)) return found;
  const text = readFileSync(path.join(folder, name), 'utf8');
  found.set(name, text);
  for (const [, next = ''] of text.matchAll(/from "\.\/([^"]+)"/g)) modulesOf(folder, next, found);
  return found;
}

test('it carries neither schemas nor a framework; what reads the stream of events checks it', () => {
  const folder = path.join(project, 'node_modules/@countersign/client');
  const needs = (name: string) => {
    const texts = [...modulesOf(folder, name).values()];
    const packages = texts.flatMap((text) => [...text.matchAll(/from "([^."][^"]*)"/g)].map(([, from]) => from));
    return { packages: [...new Set(packages)], bytes: texts.join('').length };
  };
  expect(needs('index.js')).toEqual({ packages: [], bytes: expect.toSatisfy((bytes: number) => bytes < 20_000) });
  expect(needs('node.js').packages).toEqual(['zod']);
});
