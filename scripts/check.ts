import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { generate, generateRouteTypes } from './generate.ts';
import { describeDuration, ROOT } from './layout.ts';

interface Step {
  name: string;
  command: string[];
}

export interface StepResult {
  name: string;
  passed: boolean;
}

/** The longest first, so that two at a time come out even. */
const STEPS: Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'dependency rules', command: ['depcruise', '--output-type=err-long', ...rooms()] },
  { name: 'format and lint', command: ['biome', 'check', '--error-on-warnings'] },
];
const UNIT_TESTS: Step = { name: 'unit tests', command: ['vitest', 'run', '--project=unit', '--passWithNoTests'] };

/** As many as the smallest machine we support has cores. */
const WIDTH = 2;

/** `npm run check`: everything that needs neither a database nor a build. CI runs it first. */
export async function main(): Promise<void> {
  const begin = Date.now();
  const results = await runSteps([UNIT_TESTS, ...STEPS]);
  const failed = results.filter((result) => !result.passed).map((result) => result.name);
  console.log(
    `\n${failed.length ? `Failed: ${failed.join(', ')}` : 'All good'} (${describeDuration(Date.now() - begin)})`,
  );
  if (failed.length) process.exitCode = 1;
}

/** All that `npm run check` does but the unit tests, whose results `npm test` counts one by one. */
export function checkSources(): Promise<StepResult[]> {
  return runSteps(STEPS);
}

/** Runs every step, whatever becomes of the others, and prints what the failed ones said. */
async function runSteps(steps: Step[]): Promise<StepResult[]> {
  await generate();
  generateRouteTypes();
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
  return results;
}

function runStep({ name, command: [program = '', ...args] }: Step): Promise<StepResult> {
  const begin = Date.now();
  const output: Buffer[] = [];
  const child = spawn(path.join(ROOT, 'node_modules/.bin', program), args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
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
