import { setTimeout as sleep } from 'node:timers/promises';
import { buildIfStale } from './build.ts';
import { bundlePath } from './bundle.ts';
import { type InstanceDatabase, migrateInstance, openInstanceDatabase } from './database.ts';
import { claimInstance } from './instance.ts';
import { describeDuration, explained } from './layout.ts';
import { type Lifetime, live } from './lifetime.ts';
import { freePort, isPortFree } from './postgres.ts';
import { instanceEnv, setUpInstance } from './prepare.ts';
import { keepRunning, type Service } from './services.ts';

const HEALTHY_WITHIN_MS = 30_000;
const RESTART_DATABASE_AFTER_MS = 5_000;

/** `npm start`: from nothing to a running instance, and until it is asked to end. */
export function main(): Promise<void> {
  return live(start);
}

async function start(life: Lifetime): Promise<void> {
  const begin = Date.now();
  const claim = await life.step(
    () => claimInstance(console.log),
    ({ release }) => release(),
  );
  const port = await life.step(choosePort);
  const database = await life.step(openInstanceDatabase, ({ cluster }) => cluster?.release());
  const env = instanceEnv(database.url, port);
  await life.step(() => buildIfStale({ env, signal: life.signal }));
  await life.step(() => migrateInstance(database.url));
  const { owner_email } = await life.step(() => setUpInstance(env));

  const services: Service[] = [];
  life.onEnd(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });
  const record = () => claim.update({ children: services.flatMap((service) => service.mark() ?? []) });
  for (const name of ['server', 'worker'] as const) {
    services.push(
      keepRunning({ name, args: ['--enable-source-maps', bundlePath(name)], env, onSpawn: () => setImmediate(record) }),
    );
  }
  keepDatabaseRunning(
    database,
    () => {
      env.DATABASE_URL = database.url;
      for (const service of services) service.restart();
    },
    life.signal,
  );
  await life.step(() => orAborted(Promise.all(services.map((service) => service.ready)), life.signal));
  const localUrl = `http://${reachableHost()}:${port}`;
  await life.step(() => untilHealthy(localUrl, life.signal));
  claim.update({ url: localUrl, home: env.NEXTAUTH_URL, databaseUrl: database.url });
  console.log(`\nCountersign is ready after ${describeDuration(Date.now() - begin)}.`);
  console.log(`  Open ${env.NEXTAUTH_URL} and sign in as ${owner_email}. Ctrl-C stops it.\n`);
}

/** PORT, which is 3000 by default; 0 is any free one. */
export async function choosePort(): Promise<number> {
  const port = Number(process.env.PORT || 3000);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw explained(
      `PORT is ${process.env.PORT}, which is no port.`,
      'Choose one between 1 and 65535, or 0 for any free one.',
    );
  }
  if (port === 0) return freePort();
  if (await isPortFree(port, process.env.HOST || '0.0.0.0')) return port;
  throw explained(
    `Another program is using port ${port}.`,
    `Stop it, or choose another port: PORT=${port + 1} npm start`,
  );
}

/** The embedded server is started again when it ends unexpectedly; `moved` is called when it then has another address. */
function keepDatabaseRunning(database: InstanceDatabase, moved: () => void, signal: AbortSignal): void {
  database.cluster?.onLost(async () => {
    const before = database.url;
    while (!signal.aborted) {
      console.error('The database ended unexpectedly; starting it again.');
      try {
        Object.assign(database, await openInstanceDatabase());
        break;
      } catch (error) {
        // A full disk, for one, may be emptied: there is no reason to give up.
        console.error(error);
        await sleep(RESTART_DATABASE_AFTER_MS);
      }
    }
    keepDatabaseRunning(database, moved, signal);
    if (database.url !== before) moved();
  });
}

async function untilHealthy(url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + HEALTHY_WITHIN_MS;
  for (let last = ''; !signal.aborted; await sleep(100)) {
    try {
      const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
      last = `it answers ${response.status}`;
    } catch (error) {
      last = String(error);
    }
    if (Date.now() > until) throw explained('The server runs but is not healthy.', `${url}/healthz: ${last}`);
  }
}

function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  return Promise.race([work, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]);
}

/** Where this machine reaches a server that listens on HOST. */
function reachableHost(): string {
  const host = process.env.HOST || '0.0.0.0';
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
