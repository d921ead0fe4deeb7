import { chmod, mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { CommandFailure } from './command-failure';

const SavedLogins = z.object({
  /** The server that is meant where nobody names one. */
  current: z.string().nullable(),
  /** A key for each server, by its address: one is never shown to another. */
  servers: z.record(z.string(), z.object({ token: z.string(), saved_at: z.string() })),
});
export type SavedLogins = z.output<typeof SavedLogins>;

const NOTHING: SavedLogins = { current: null, servers: {} };

export function loginsFile(configHome: string): string {
  return path.join(configHome, 'countersign', 'logins.json');
}

/**
 * What `countersign login` has kept.
 * @throws CommandFailure when the file cannot be read, or other accounts may read it.
 */
export async function readLogins(configHome: string): Promise<SavedLogins> {
  const file = loginsFile(configHome);
  try {
    await assertOwn(file);
    const text = await readFile(file, 'utf8');
    return SavedLogins.parse(JSON.parse(text));
  } catch (error) {
    if (isMissing(error)) return NOTHING;
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`${file} cannot be read. Remove it, and sign in again: countersign login`, {
      cause: error,
    });
  }
}

/** A key that others could have read is not used as if nobody had. Windows keeps files to accounts in another way. */
async function assertOwn(file: string): Promise<void> {
  const { mode } = await stat(file);
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  throw new CommandFailure(
    `Other accounts of this machine may read ${file}. If nobody has: chmod 600 ${file}; if somebody may have: revoke its keys, remove it, and sign in again.`,
  );
}

/** Keeps it for this account alone, whole or not at all. */
export async function writeLogins(configHome: string, logins: SavedLogins): Promise<void> {
  const file = loginsFile(configHome);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // An umask can only take away; what must not be there is never given.
    await chmod(beside, 0o600);
    await rename(beside, file);
  } catch (error) {
    await unlink(beside);
    throw error;
  }
}

export async function saveLogin(configHome: string, url: string, token: string): Promise<void> {
  const { servers } = await readLogins(configHome);
  const saved = { token, saved_at: new Date().toISOString() };
  await writeLogins(configHome, { current: url, servers: { ...servers, [url]: saved } });
}

/** Whether there was one. */
export async function forgetLogin(configHome: string, url: string): Promise<boolean> {
  const { current, servers } = await readLogins(configHome);
  const { [url]: gone, ...others } = servers;
  if (gone === undefined) return false;
  await writeLogins(configHome, { current: current === url ? null : current, servers: others });
  return true;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
