import path from 'node:path';
import { migrate } from '../lib/platform/db/migrate.ts';
import { instanceId } from './instance.ts';
import { dataDir, explained, MIGRATIONS } from './layout.ts';
import { type Cluster, ensureDatabase, openCluster } from './postgres.ts';

export interface InstanceDatabase {
  /** As the owner of everything in it. */
  url: string;
  /** Null when DATABASE_URL names a server that is somebody else's concern. */
  cluster: Cluster | null;
}

/** The instance's database: the one of DATABASE_URL, else the embedded one, which is started. */
export async function openInstanceDatabase(): Promise<InstanceDatabase> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, cluster: null };
  const cluster = await openCluster({ dir: path.join(dataDir(), 'postgres'), id: instanceId(), durable: true });
  return { url: await ensureDatabase(cluster, 'countersign'), cluster };
}

/** Applies what is pending, and says what it was. */
export async function migrateInstance(url: string): Promise<void> {
  try {
    await migrate({ url, dir: MIGRATIONS, log: console.log });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw explained(
      `The database at ${withoutPassword(url)} could not be prepared.`,
      error.message || String(error.cause),
      error,
    );
  }
}

function withoutPassword(url: string): string {
  return URL.canParse(url) ? `${new URL(url).host}${new URL(url).pathname}` : 'DATABASE_URL';
}
