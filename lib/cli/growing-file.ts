import { type FileHandle, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { CommandFailure } from './command-failure';

/** A file of lines that grows, and can be gone on with after any death: what it holds says where. */
export interface GrowingFile {
  /** The cursor of its last line; undefined while it is empty. */
  place: string | undefined;
  /** Adds whole lines. They are in the file when it resolves. */
  append: (text: string) => Promise<void>;
  close: () => Promise<void>;
}

/** How every line that this writes begins. */
const BEGINNING = '{"event":"';
const PIECE = 64 * 1024;

/**
 * Opens a file of lines, makes it where it is missing, and takes away what a death in the middle of a write has left behind its last whole
 * line. One process writes it at a time. `fits` says whether a line is one of these.
 * @throws CommandFailure where it is somebody else's file, or somebody writes it already.
 */
export async function openGrowingFile(file: string, fits: (line: object) => boolean): Promise<GrowingFile> {
  await mkdir(path.dirname(file), { recursive: true });
  const unlock = await lock(file);
  try {
    const handle = await open(file, 'a+', 0o600);
    try {
      const end = await repair(handle, file);
      const last = await lastLine(handle, end);
      const known = last === null ? null : readLine(last, file, fits);
      return growing(file, handle, end, known, unlock);
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    await unlock();
    throw error;
  }
}

interface Known {
  cursor: string;
  tenant: string;
}

function growing(
  file: string,
  handle: FileHandle,
  end: number,
  known: Known | null,
  unlock: () => Promise<void>,
): GrowingFile {
  let size = end;
  let tenant = known?.tenant;
  return {
    place: known?.cursor,
    async append(text) {
      const here = await stat(file).catch(() => null);
      const { size: now, ino } = await handle.stat();
      if (now !== size || here?.ino !== ino) {
        throw new CommandFailure(
          `${file} was changed or moved away by somebody else. Nothing more was written; start again to go on behind its last line.`,
        );
      }
      const first = readLine(text.slice(0, text.indexOf('\n')), file);
      tenant ??= first.tenant;
      if (first.tenant !== tenant) {
        throw new CommandFailure(`${file} holds what belongs to ${tenant}; this is ${first.tenant}.`);
      }
      await handle.appendFile(text);
      size += Buffer.byteLength(text);
    },
    async close() {
      await handle.close();
      await unlock();
    },
  };
}

/** Cuts off what lies behind the last end of a line, and says how long the file is then. */
async function repair(handle: FileHandle, file: string): Promise<number> {
  const { size } = await handle.stat();
  const end = await endBefore(handle, size);
  if (end === size) return size;
  const torn = (await readPart(handle, end, Math.min(size, end + BEGINNING.length))).toString('utf8');
  if (!BEGINNING.startsWith(torn) && !torn.startsWith(BEGINNING)) throw foreign(file);
  await handle.truncate(end);
  return end;
}

async function lastLine(handle: FileHandle, end: number): Promise<string | null> {
  if (end === 0) return null;
  const start = await endBefore(handle, end - 1);
  return (await readPart(handle, start, end - 1)).toString('utf8');
}

/** The place behind the last end of a line before `before`; 0 when there is none. */
async function endBefore(handle: FileHandle, before: number): Promise<number> {
  for (let to = before; to > 0; ) {
    const from = Math.max(0, to - PIECE);
    const at = (await readPart(handle, from, to)).lastIndexOf(10);
    if (at !== -1) return from + at + 1;
    to = from;
  }
  return 0;
}

async function readPart(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(to - from), 0, to - from, from);
  return buffer.subarray(0, bytesRead);
}

function readLine(line: string, file: string, fits: (line: object) => boolean = () => true): Known {
  try {
    const value = JSON.parse(line) as { cursor?: unknown; tenant?: unknown };
    const { cursor, tenant } = value;
    if (typeof cursor === 'string' && typeof tenant === 'string' && fits(value)) return { cursor, tenant };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw foreign(file);
}

function foreign(file: string): CommandFailure {
  return new CommandFailure(
    `${file} holds something else than lines of this export. It was left as it is; name another file with -o.`,
  );
}

/** A file beside it that names the process that writes; one that a dead process has left is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  const place = `${file}.lock`;
  const own = await identityOf(process.pid);
  for (let attempt = 0; attempt < 2; attempt++) {
    const handle = await open(place, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw error;
    });
    if (handle !== null) {
      await handle.writeFile(`${own}\n`);
      await handle.close();
      return () => unlink(place).catch(() => {});
    }
    const holder = (await readFile(place, 'utf8').catch(() => '')).trim();
    const pid = Number.parseInt(holder, 10);
    if (pid > 0 && holder !== own && (await identityOf(pid)) === holder) break;
    await unlink(place).catch(() => {});
  }
  throw new CommandFailure(`${file} is being written by another process; ${place} names it.`);
}

/** A process as nothing else is named after it: its number and, where the system tells, when it was started. */
async function identityOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return null;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // proc(5): the name, in brackets, may hold anything; the time is the 20th field behind it.
  const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
  return started === undefined ? `${pid}` : `${pid} ${started}`;
}
