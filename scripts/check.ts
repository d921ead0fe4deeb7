import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { generate } from './generate.ts';
import { describeDuration, ROOT } from './layout.ts';

interface Step {
  name: string;
  command: string[];
}

export interface StepResult {
  name: string;
  passed: boolean;
}

/** The quick checks: everything that needs neither a database nor a build. CI runs them first. */
const STEPS: Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'unit tests', command: ['vitest', 'run', '--project=unit', '--passWithNoTests'] },
  { name: 'dependency rules', command: ['depcruise', '--output-type=err-long', ...rooms()] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
];

/** Two at a time: as many as the smallest machine we support has cores. */
const WIDTH = 2;

export async function main(): Promise<void> {
  const results = await check();
  if (results.some((result) => !result.passed)) process.exitCode = 1;
}

/** Runs all steps whatever becomes of each, and prints what the failed ones said. `extra` goes to the unit tests' command. */
export async function check(extra: string[] = []): Promise<StepResult[]> {
  const begin = Date.now();
  await generate();
  const waiting = [...STEPS];
  const results: StepResult[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step, extra));
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
  const failed = results.filter((result) => !result.passed).map((result) => result.name);
  console.log(
    `\nChecked in ${describeDuration(Date.now() - begin)}: ${failed.length ? `failed: ${failed.join(', ')}` : 'all good'}`,
  );
  return results;
}

function runStep({ name, command: [program = '', ...args] }: Step, extra: string[]): Promise<StepResult> {
  const begin = Date.now();
  const output: Buffer[] = [];
  const child = spawn(
    path.join(ROOT, 'node_modules/.bin', program),
    program === 'vitest' ? [...args, ...extra] : args,
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${describeDuration(Date.now() - begin)})`);
      if (code !== 0) console.log(Buffer.concat(output).toString());
      resolve({ name, passed: code === 0 });
    });
  });
}

function rooms(): string[] {
  return ['app', 'components', 'lib', 'scripts', 'e2e'].filter((room) => existsSync(path.join(ROOT, room)));
}
