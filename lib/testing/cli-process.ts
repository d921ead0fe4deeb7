/** The command line as users run it: a process of its own, that a test gives arguments and reads. */
import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { bundleOptions } from '@/scripts/bundle';
import { ROOT } from '@/scripts/layout';

export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliCall {
  /** Beside PATH and an empty home; nothing else of this process is passed on. */
  env?: Record<string, string>;
  stdin?: string;
}

/** A command that is under way. */
export interface RunningCli {
  child: ChildProcess;
  /** What it has written to standard output until now. */
  said: () => string;
  /** And to standard error. */
  complained: () => string;
  done: Promise<CliRun>;
}

export interface CliProgram {
  /** An empty folder for settings, kept between the calls of a file. */
  configHome: string;
  run: (args: readonly string[], call?: CliCall) => Promise<CliRun>;
  start: (args: readonly string[], call?: CliCall) => RunningCli;
}

/** The command line of these sources, bundled for this file alone. */
export function cliProgram(): CliProgram {
  let dir = '';
  const configHome = mkdtempSync(path.join(tmpdir(), 'countersign-cli-home-'));
  beforeAll(async () => {
    // Where its packages are found.
    const cache = path.join(ROOT, 'node_modules/.cache');
    await mkdir(cache, { recursive: true });
    dir = await mkdtemp(path.join(cache, 'countersign-cli-'));
    await build({ ...bundleOptions(['cli', 'sweep']), outdir: dir });
  });
  afterAll(() => {
    for (const each of [dir, configHome]) rmSync(each, { recursive: true, force: true });
  });
  const start = (args: readonly string[], { env = {}, stdin }: CliCall = {}): RunningCli => {
    const settings = { NODE_ENV: 'production', PATH: process.env.PATH, HOME: configHome, XDG_CONFIG_HOME: configHome };
    const program = ['--enable-source-maps', path.join(dir, 'cli.mjs'), ...args];
    const child: ChildProcessWithoutNullStreams = spawn(process.execPath, program, {
      env: { ...settings, ...env } as NodeJS.ProcessEnv,
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
      });
    }
    // A command that does not read what it is given may be gone already.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin ?? '');
    const done = new Promise<CliRun>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, ...output }));
    });
    return { child, said: () => output.stdout, complained: () => output.stderr, done };
  };
  return { configHome, start, run: (args, call) => start(args, call).done };
}
