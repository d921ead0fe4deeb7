import { execFileSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process for certain: its id, and a mark of when it began, since ids are used again. */
export interface ProcessMark {
  pid: number;
  began: string;
}

/** The mark of a process, or null if there is none under this id (one that only waits to be reaped does not count). */
export function markOf(pid: number): ProcessMark | null {
  const began = process.platform === 'linux' ? beganOnLinux(pid) : beganElsewhere(pid);
  return began ? { pid, began } : null;
}

export const ownMark: ProcessMark = markOf(process.pid) ?? { pid: process.pid, began: '' };

export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.began === mark.began;
}

/**
 * Ends a process: politely, and after `patienceMs` for good. Does nothing when the id belongs to another process by now.
 * Throws EPERM when it belongs to somebody else.
 */
export async function stopProcess(mark: ProcessMark, patienceMs: number): Promise<void> {
  for (const [signal, waitMs] of [
    ['SIGTERM', patienceMs],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isAlive(mark)) return;
    signalProcess(mark.pid, signal);
    for (const until = Date.now() + waitMs; Date.now() < until && isAlive(mark); ) await sleep(50);
  }
}

/** Sends a signal; that the process has just ended is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/**
 * Writes a file that must not exist yet, complete from the first moment it can be seen. False when it exists.
 */
export function createWhole(file: string, text: string, mode = 0o600): boolean {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, text, { mode });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft);
  }
}

/** Replaces a file in one step, so that a crash leaves the old one or the new one. */
export function writeWhole(file: string, text: string, mode = 0o600): void {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, file);
}

/** The file's text, or null if there is no such file. */
export function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Runs `work` while no other process does so under the same file. A lock whose holder has died is taken over. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!createWhole(file, JSON.stringify(ownMark))) {
    const holder = readIfThere(file);
    if (holder !== null && !isAlive(JSON.parse(holder))) takeAway(file, holder);
    else await sleep(50);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Removes a file if it still says `text`. Renaming first means that of two processes that do this at once, only one gets
 * the file; one that finds it got a newer file puts that back.
 */
export function takeAway(file: string, text: string): boolean {
  const aside = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
  const found = readFileSync(aside, 'utf8');
  if (found !== text) createWhole(file, found);
  rmSync(aside);
  return found === text;
}

export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function beganOnLinux(pid: number): string | null {
  try {
    // Fields after the command's name, which may itself hold spaces and parentheses: 0 is the state, 19 the start in ticks
    // since boot (proc_pid_stat(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}

function beganElsewhere(pid: number): string | null {
  try {
    const [state, ...began] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .trim()
      .split(/\s+/);
    return state?.startsWith('Z') ? null : began.join(' ');
  } catch {
    // ps answers 1 when there is no such process.
    return null;
  }
}
