import path from 'node:path';
import { context } from 'esbuild';
import { bundle, bundleOptions, bundlePath } from './bundle.ts';
import { migrateInstance, openInstanceDatabase } from './database.ts';
import { generate } from './generate.ts';
import { claimInstance } from './instance.ts';
import { ROOT } from './layout.ts';
import { type Lifetime, live } from './lifetime.ts';
import { instanceEnv, setUpInstance } from './prepare.ts';
import { keepRunning, type Service } from './services.ts';
import { choosePort } from './start.ts';

/** `npm run dev`: the instance with Next's development server, and a worker that is built again after every change. */
export function main(): Promise<void> {
  return live(develop);
}

async function develop(life: Lifetime): Promise<void> {
  const claim = await life.step(
    () => claimInstance(console.log),
    ({ release }) => release(),
  );
  const port = await life.step(choosePort);
  const database = await life.step(openInstanceDatabase, ({ cluster }) => cluster?.release());
  const env: NodeJS.ProcessEnv = { ...instanceEnv(database.url, port), NODE_ENV: 'development' };
  await life.step(generate);
  await life.step(() => bundle(['setup']));
  await life.step(() => migrateInstance(database.url));
  const { owner_email } = await life.step(() => setUpInstance(env));

  const services: Service[] = [];
  life.onEnd(async () => {
    await Promise.all(services.map((service) => service.stop()));
  });
  const record = () => claim.update({ children: services.flatMap((service) => service.mark() ?? []) });
  const onSpawn = () => setImmediate(record);
  const next = path.join(ROOT, 'node_modules/next/dist/bin/next');
  services.push(
    keepRunning({ name: 'next dev', args: [next, 'dev', '--port', `${port}`], env, onSpawn, saysReady: false }),
  );
  await life.step(() => watchWorker(life, () => startOrRestart()));
  claim.update({ url: `http://127.0.0.1:${port}`, home: env.NEXTAUTH_URL, databaseUrl: database.url });
  console.log(`\nSign in at ${env.NEXTAUTH_URL} as ${owner_email}. Ctrl-C stops everything.\n`);

  function startOrRestart(): void {
    const worker = services[1];
    if (worker) worker.restart();
    else
      services.push(
        keepRunning({ name: 'worker', args: ['--enable-source-maps', bundlePath('worker')], env, onSpawn }),
      );
  }
}

/** Calls `onBuilt` after every build that went well; the one that did not says so itself. */
async function watchWorker(life: Lifetime, onBuilt: () => void): Promise<void> {
  const watcher = await context({
    ...bundleOptions(['worker']),
    plugins: [
      {
        name: 'restart',
        setup: ({ onEnd }) => onEnd(({ errors }) => void (errors.length === 0 && onBuilt())),
      },
    ],
  });
  life.onEnd(() => watcher.dispose());
  await watcher.watch();
}
