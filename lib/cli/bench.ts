/**
 * `npm run bench [-- --seconds N] [--connections N]`: how fast this build creates, decides, reads and evaluates, through both doors, beside
 * the database's own rate at the very statements that these operations send, in the same run. All of it on this machine, in a database
 * of its own on the instance's server, which is dropped afterwards.
 *
 * The statements are recorded from real calls in this process, so they are never out of date. pgbench plays them
 * where it is installed, else the bare driver. Rates are only worth comparing within one run: load, doors and database share the cores.
 */
import { parseArgs } from 'node:util';
import { closeDatabases } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { measureSql } from '@/lib/platform/measure';
import { closeNotifier } from '@/lib/platform/notify';
import { createScratchDatabase, type ScratchDatabase } from '@/lib/platform/scratch';
import { stopConfigCache } from '@/lib/services/policy';
import { type Door, type DoorName, openDoor } from './bench/doors';
import { measureHttp } from './bench/load';
import { OPERATIONS, type OperationName } from './bench/operations';
import { RECORDED, type Recording, recordOperations } from './bench/record';
import { describeMeasured, type Measured } from './bench/report';
import { type Credentials, furnish, hire } from './bench/world';

const WARM_UP_SECONDS = 2;
/** A decision takes a request that nobody has decided; so many of them are made for each second of measuring. */
const DECISIONS_PER_SECOND = 400;

interface Settings {
  connections: number;
  seconds: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '5' }, connections: { type: 'string', default: '30' } },
  });
  const settings = { connections: bounded(values.connections, 100), seconds: bounded(values.seconds, 60) };
  const database = await createScratchDatabase(env().DATABASE_URL, 'bench');
  // Ctrl-C must not leave a database behind.
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`Ended by ${signal}`)));
  });
  const doors: Door[] = [];
  try {
    console.log(`\n${describeMeasured(await Promise.race([measure(database, settings, doors), interrupted]))}`);
  } finally {
    await Promise.all(doors.map((door) => door.close()));
    await database.drop();
  }
}

async function measure(database: ScratchDatabase, settings: Settings, doors: Door[]): Promise<Measured[]> {
  const bootstrapKey = await furnish(database);
  const open = async (name: DoorName) => {
    const door = await openDoor(name);
    doors.push(door);
    return door;
  };
  const direct = await open('direct');
  const credentials = await hire(direct.url, bootstrapKey);
  say('recording what the operations send …');
  const recording = await recordOperations(credentials);
  await leaveDatabase();
  const next = await open('next');
  const all: Measured[] = [];
  for (const operation of OPERATIONS) {
    // What autovacuum does within a minute. Without it, plans are made for empty tables, and rates depend on when it happens to come by.
    await database.query('ANALYZE');
    const doorsOf = [
      ['direct', direct],
      ['next', next],
    ] as const;
    for (const [index, [by, door]] of doorsOf.entries()) {
      say(`${operation} through ${by} …`);
      const load = { operation, url: door.url, credentials, doorsLeft: doorsOf.length - index };
      const rate = await throughDoor(database, settings, load);
      all.push({ operation, by, rate, isDatabase: false });
    }
    const alone = await onDatabase(database, settings, operation, recording);
    if (alone !== null) all.push(alone);
  }
  return all;
}

async function throughDoor(
  database: ScratchDatabase,
  { connections, seconds }: Settings,
  { doorsLeft, ...load }: { operation: OperationName; url: string; credentials: Credentials; doorsLeft: number },
) {
  if (load.operation === 'decide') {
    // On a slow machine little was created; every door gets its part of it.
    const pending = await someRequests(database, DECISIONS_PER_SECOND * seconds * doorsLeft, ['pending']);
    const own = pending.slice(0, Math.floor(pending.length / doorsLeft));
    const warmUps = Math.floor(own.length / 4);
    if (warmUps < connections) throw new Error('Too little was created to measure decisions; use more --seconds');
    await measureHttp({ ...load, connections, seconds, requestIds: own.slice(0, warmUps) });
    return measureHttp({ ...load, connections, seconds, requestIds: own.slice(warmUps) });
  }
  const requestIds = await someRequests(database, 1_000, ['pending', 'approved']);
  await measureHttp({ ...load, connections, seconds: WARM_UP_SECONDS, requestIds });
  return measureHttp({ ...load, connections, seconds, requestIds });
}

/** Requests in one of these states; those that the SQL measurement made are left to it. */
async function someRequests(database: ScratchDatabase, count: number, statuses: string[]): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT id FROM approval_requests WHERE status = ANY ($1) AND id NOT LIKE 'req_000%' ORDER BY id LIMIT $2`,
    [statuses, count],
  );
  return rows.map(({ id }) => id);
}

async function onDatabase(
  database: ScratchDatabase,
  { connections, seconds }: Settings,
  operation: OperationName,
  recording: Recording,
): Promise<Measured | null> {
  const name = RECORDED.find((recorded) => recorded === operation);
  if (name === undefined) return null;
  const statements = recording[name];
  const [first] = statements;
  if (first === undefined || statements.some(({ role }) => role !== first.role)) {
    throw new Error(`${operation} does not send its statements under one role`);
  }
  say(`${operation} in the database alone …`);
  const before = await countEvents(database);
  const rounds = operation === 'decide' ? await decidableRounds(database, connections) : undefined;
  const load = { url: database.url, role: first.role, statements, connections, seconds, salt: RECORDED.indexOf(name) };
  const { by, ...rate } = await measureSql({ ...load, ...(rounds === undefined ? {} : { rounds }) });
  const written = (await countEvents(database)) - before;
  if (operation !== 'read' && written < rate.times.length) {
    throw new Error(`${operation} in the database wrote ${written} events in ${rate.times.length} rounds`);
  }
  return { operation, by, rate, isDatabase: true };
}

async function countEvents(database: ScratchDatabase): Promise<number> {
  const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM events');
  return row?.count ?? 0;
}

/** What every connection of the SQL measurement has created and can therefore decide. */
async function decidableRounds(database: ScratchDatabase, connections: number): Promise<number> {
  const rows = await database.query<{ made: number }>(
    `SELECT count(*)::int AS made FROM approval_requests WHERE id LIKE 'req_000%' AND status = 'pending'
     GROUP BY div(substr(id, 5)::numeric, 1000000000)`,
  );
  if (rows.length < connections) throw new Error('Some connections of the SQL measurement created nothing');
  return Math.min(...rows.map(({ made }) => made));
}

/** Closes what this process has open in the database: from here on it only sends load. */
async function leaveDatabase(): Promise<void> {
  stopConfigCache();
  await closeNotifier();
  await closeDatabases();
}

function bounded(text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`“${text}” is not a number from 1 to ${most}`);
  return value;
}

function say(what: string): void {
  console.error(`  ${what}`);
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
