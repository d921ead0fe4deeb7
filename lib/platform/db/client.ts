import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { env } from '../env';
import { logger } from '../logger';
import { forgetPerProcess, perProcess } from '../process-wide';
import { type Prisma, PrismaClient } from './generated/client';
import { makeStatementNames } from './prepared';

/** The database roles that the migrations make; each pool takes one. */
export type DatabaseRole = 'countersign_app' | 'countersign_hot' | 'countersign_worker';

/** A caller waits this long for a connection, then gets 503. */
const POOL_WAIT_MS = 2000;
const CONNECTION_LIFE_SECONDS = 30 * 60;

/**
 * Settings that every connection makes itself: those of a role apply at login and not on SET ROLE, and start-up parameters break
 * poolers. Where a URL names its own login (a pooler in transaction mode), they belong to that login. The zone must be UTC: the driver
 * drops the offset of times that it reads, and writes them without one.
 */
const SETTINGS =
  "SELECT set_config('lock_timeout', '1500', false), set_config('statement_timeout', '5000', false), " +
  "set_config('idle_in_transaction_session_timeout', '10000', false), set_config('TimeZone', 'UTC', false)";

interface Database {
  prisma: PrismaClient;
  pool: pg.Pool;
  /** The name under which a statement is prepared; '' where it is not. */
  nameOf: (text: string) => string;
}

function makeDatabase(role: DatabaseRole, url: string, ownLogin: boolean, size: number): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: POOL_WAIT_MS,
    maxLifetimeSeconds: CONNECTION_LIFE_SECONDS,
    idleTimeoutMillis: 60_000,
    ...(ownLogin
      ? {}
      : {
          onConnect: async (client: pg.ClientBase) => {
            await client.query(`SET ROLE ${role}`);
            await client.query(SETTINGS);
          },
        }),
  });
  pool.on('error', (error) => logger().warn({ err: error, role }, 'an idle database connection broke'));
  // One that breaks while the pool ends it has no listener any more; nobody is waiting for it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return {
    pool,
    // Behind a pooler a connection is not ours from one statement to the next, so nothing is prepared on it.
    nameOf: ownLogin ? () => '' : makeStatementNames(),
    prisma: new PrismaClient({
      adapter: new PrismaPg(pool),
      transactionOptions: { maxWait: POOL_WAIT_MS, timeout: 10_000 },
    }),
  };
}

function database(role: DatabaseRole): Database {
  return perProcess(`database.${role}`, () => {
    const { DATABASE_URL, DATABASE_APP_URL, DATABASE_HOT_URL, DATABASE_POOL_SIZE: size } = env();
    const own =
      role === 'countersign_app' ? DATABASE_APP_URL : role === 'countersign_hot' ? DATABASE_HOT_URL : undefined;
    return makeDatabase(role, own ?? DATABASE_URL, own !== undefined, size);
  });
}

/** The client that takes this role. One per process and role. */
export function prismaAs(role: DatabaseRole): PrismaClient {
  return database(role).prisma;
}

/**
 * Runs one hot statement on a connection of this role's pool, and once only: a few fixed texts that are long, prepared under a name and
 * sent by the driver itself. Going through Prisma's engine, and parsing and planning them again every time, cost more than running them
 * (docs/decisions/0015). Rows are as the driver reads them, but that bigints are BigInt, as they are in Prisma's answers.
 * @throws the driver's faults, which `toDatabaseFault` understands like Prisma's.
 */
export async function runHot<Row extends object>(role: DatabaseRole, statement: Prisma.Sql): Promise<Row[]> {
  const { pool, nameOf } = database(role);
  const { text, values } = statement;
  const { rows } = await pool.query<Row>({ name: nameOf(text), text, values, types: TYPES });
  return rows;
}

/**
 * As `runHot`, for a page of a long list in the order of an index: the planner may neither sort nor read the whole table. Where it has no
 * statistics yet, as after many rows were written at a time, it takes the rest of the list for a few rows, and sorts all of it for each page.
 */
export async function runInIndexOrder<Row extends object>(role: DatabaseRole, statement: Prisma.Sql): Promise<Row[]> {
  const { pool, nameOf } = database(role);
  const { text, values } = statement;
  const client = await pool.connect();
  try {
    await client.query('BEGIN READ ONLY; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off');
    const { rows } = await client.query<Row>({ name: nameOf(text), text, values, types: TYPES });
    await client.query('COMMIT');
    client.release();
    return rows;
  } catch (error) {
    // A connection in an unknown state is not given to the next one.
    client.release(true);
    throw error;
  }
}

const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
};

/** How many connections this role's pool has, and how many callers wait for one. */
export function poolState(role: DatabaseRole): { total: number; idle: number; waiting: number } {
  const { pool } = database(role);
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}

/** Closes every pool of this process. */
export async function closeDatabases(): Promise<void> {
  for (const role of ['countersign_app', 'countersign_hot', 'countersign_worker'] as const) {
    const { prisma, pool } = database(role);
    await prisma.$disconnect();
    await pool.end();
    forgetPerProcess(`database.${role}`);
  }
}

/**
 * Refuses to go on when the application's role could see past row-level security, or its sessions are not in UTC.
 * @throws Error naming what is wrong.
 */
export async function assertSafeRole(): Promise<void> {
  const [row] = await prismaAs('countersign_app').$queryRaw<
    { name: string; unsafe: boolean; owner: boolean; zone: string }[]
  >`
    SELECT current_user::text AS name, current_setting('TimeZone') AS zone, (r.rolsuper OR r.rolbypassrls) AS unsafe,
      EXISTS (SELECT FROM pg_class c WHERE c.relname = 'approval_requests' AND c.relowner = r.oid) AS owner
    FROM pg_roles r WHERE r.rolname = current_user`;
  if (row === undefined || row.unsafe || row.owner) {
    throw new Error(
      `The application's database role ${row?.name ?? '?'} is a superuser, an owner or bypasses row-level security: it must not be`,
    );
  }
  if (!/^(Etc\/)?(UTC|UCT|GMT|Zulu|Universal)$/.test(row.zone)) {
    throw new Error(`The database sessions of ${row.name} are in ${row.zone}: ALTER ROLE … SET timezone TO 'UTC'`);
  }
}
