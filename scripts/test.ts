import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { provideBrowser } from './browser.ts';
import { buildIfStale } from './build.ts';
import { checkSources } from './check.ts';
import { generate } from './generate.ts';
import { describeDuration, ROOT, temporaryDir } from './layout.ts';
import { openCluster } from './postgres.ts';
import { readIfThere } from './processes.ts';
import { provideShells } from './shells.ts';
import { journeyFailures, vitestFailures } from './test-failures.ts';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** What failed and why, a line or two each: whoever reads only the end of the output learns it there. */
  failures?: string[];
}

interface Phase {
  name: string;
  run: () => Promise<Tally>;
}

const OLDEST_POSTGRES = 15;
const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

/** `npm test`: every test there is, whatever becomes of the others, and one line of sums at the end. */
export async function main(): Promise<void> {
  const results = temporaryDir('test');
  const system = findSystemPostgres();
  const phases: Phase[] = [
    { name: 'Sources', run: checkAll },
    { name: 'Unit tests', run: () => runVitest('unit', path.join(results, 'unit.json')) },
    {
      name: 'Integration tests on the embedded PostgreSQL',
      run: () => runVitest('integration', path.join(results, 'embedded.json')),
    },
    ...(system
      ? [
          {
            name: `Integration tests on PostgreSQL ${system.major}`,
            run: () => runOnSystemPostgres(system.bin, results),
          },
        ]
      : []),
    { name: 'Build', run: build },
    { name: 'Torture tests', run: () => runVitest('torture', path.join(results, 'torture.json')) },
    { name: 'Journeys', run: () => runJourneys(path.join(results, 'journeys.json')) },
  ];
  if (!system)
    console.log(`No PostgreSQL ${OLDEST_POSTGRES} or newer is installed here; the embedded one is tested alone.`);
  provideShells();
  const rows: string[] = [];
  const failures: string[] = [];
  const sum = { ...NOTHING };
  for (const { name, run } of phases) {
    console.log(`\n━━ ${name}`);
    const begin = Date.now();
    const tally = await run().catch(asOneFailure);
    for (const key of ['passed', 'failed', 'skipped'] as const) sum[key] += tally[key];
    failures.push(...(tally.failures ?? []).map((failure) => `${name}: ${failure}`));
    rows.push(`${name.padEnd(48)} ${describeTally(tally).padEnd(36)} ${describeDuration(Date.now() - begin)}`);
  }
  rmSync(results, { recursive: true, force: true });
  if (failures.length > 0) console.log(`\n━━ What failed\n${failures.join('\n')}`);
  console.log(`\n${rows.join('\n')}\n\n${sum.passed} passed, ${sum.failed} failed`);
  if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
}

async function checkAll(): Promise<Tally> {
  await generate();
  const steps = await checkSources();
  const passed = steps.filter((step) => step.passed).length;
  const failures = steps.filter((step) => !step.passed).map((step) => step.name);
  return { passed, failed: failures.length, skipped: 0, failures };
}

async function build(): Promise<Tally> {
  await buildIfStale({ env: process.env });
  return { ...NOTHING, passed: 1 };
}

async function runVitest(project: string, result: string, env: Record<string, string> = {}): Promise<Tally> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${result}`];
  const code = await run('vitest', ['run', `--project=${project}`, '--passWithNoTests', ...reporters], env);
  const report = JSON.parse(readIfThere(result) ?? '{}');
  const failed = report.numFailedTests ?? 0;
  return {
    passed: report.numPassedTests ?? 0,
    // A file that cannot even be loaded has no tests that could fail.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: vitestFailures(report),
  };
}

/** The same suite on a throw-away cluster of the machine's own PostgreSQL. */
async function runOnSystemPostgres(bin: string, results: string): Promise<Tally> {
  const dir = temporaryDir('system-postgres');
  const cluster = await openCluster({
    dir: path.join(dir, 'data'),
    id: path.basename(dir),
    durable: false,
    binaries: bin,
  });
  try {
    return await runVitest('integration', path.join(results, 'system.json'), {
      TEST_DATABASE_URL: cluster.url('postgres'),
    });
  } finally {
    await cluster.release();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runJourneys(result: string): Promise<Tally> {
  const journeys = path.join(ROOT, 'e2e');
  const files = existsSync(journeys) ? readdirSync(journeys, { recursive: true, encoding: 'utf8' }) : [];
  if (!files.some((file) => /\.(spec|test)\.ts$/.test(file))) return NOTHING;
  const env = { CHROMIUM_PATH: provideBrowser(), JOURNEYS_RESULT: result };
  const code = await run('playwright', ['test'], env);
  const report = JSON.parse(readIfThere(result) ?? '{}');
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {};
  const failed = unexpected + flaky;
  return {
    passed: expected,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped,
    failures: journeyFailures(report),
  };
}

function run(program: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(path.join(ROOT, 'node_modules/.bin', program), args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** The oldest installed server that is supported, since the embedded one is the newest. */
function findSystemPostgres(): { bin: string; major: number } | null {
  const debian = '/usr/lib/postgresql';
  const bins = existsSync(debian) ? readdirSync(debian).map((major) => path.join(debian, major, 'bin')) : [];
  const configured = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const found = [...bins, ...(configured ? [configured] : [])]
    .filter((bin) => existsSync(path.join(bin, 'initdb')))
    .map((bin) => ({ bin, major: majorOf(path.join(bin, 'postgres')) }))
    .filter(({ major }) => major >= OLDEST_POSTGRES);
  return found.sort((a, b) => a.major - b.major)[0] ?? null;
}

function majorOf(postgres: string): number {
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  return Number(/ (\d+)/.exec(stdout ?? '')?.[1] ?? 0);
}

function asOneFailure(error: unknown): Tally {
  console.error(error instanceof Error && 'hint' in error ? `${error.message}\n${error.hint}` : error);
  return { ...NOTHING, failed: 1 };
}

function describeTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
