import path from 'node:path';
import { NO_CALL } from '@/lib/domain/call';
import { authenticate } from '@/lib/http/authenticate';
import { closeDatabases, tenantExists } from '@/lib/platform/db';
import { migrate } from '@/lib/platform/db/migrate';
import { env, ON_ONE_DATABASE, overrideEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { copyTenant, createScratchDatabase, holdClock, type ScratchDatabase } from '@/lib/platform/scratch';
import { stopConfigCache } from '@/lib/services/policy';
import { setUp } from '@/lib/services/setup';
import { createTenant } from '@/lib/services/tenants';
import { DAY_MS } from './acts';
import { SCENARIOS, type ScenarioName } from './scenarios';

/** Where the scratch database's own first tenant comes from; it stays there. */
const WORKSHOP_TENANT = 'seed';

export interface Seeded {
  tenantId: string;
  requests: number;
  events: number;
}

/**
 * Builds a scenario's tenant in a scratch database, through the services and with a clock that is held, and copies it whole into the
 * instance's database: so that there is a past without the hot path knowing of one, and no running worker meets it half done.
 * Null when the tenant is there already: nothing was done then.
 */
export async function buildTenant(
  scenario: ScenarioName,
  tenantId: string,
  password: string,
  migrations: string,
): Promise<Seeded | null> {
  if (await tenantExists(tenantId)) return null;
  await closeDatabases();
  const home = env().DATABASE_URL;
  const scratch = await createScratchDatabase(home, 'seed');
  const goHome = overrideEnv({ ...ON_ONE_DATABASE, DATABASE_URL: scratch.url });
  try {
    await migrate({ url: scratch.url, dir: path.resolve(migrations) });
    await buildIn(scratch, scenario, tenantId, password);
    const [counts] = await scratch.query<{ requests: number; events: number }>(
      `SELECT (SELECT count(*)::int FROM approval_requests WHERE tenant_id = $1) AS requests,
        (SELECT count(*)::int FROM events WHERE tenant_id = $1) AS events`,
      [tenantId],
    );
    await copyTenant(tenantId, scratch.url, home);
    return { tenantId, requests: counts?.requests ?? 0, events: counts?.events ?? 0 };
  } finally {
    stopConfigCache();
    await closeNotifier();
    await closeDatabases();
    goHome();
    await scratch.drop();
  }
}

async function buildIn(
  scratch: ScratchDatabase,
  scenario: ScenarioName,
  tenantId: string,
  password: string,
): Promise<void> {
  const [clock] = await scratch.query<{ now: Date }>('SELECT now_ms() AS now');
  if (clock === undefined) throw new Error('The database does not tell the time');
  const setClock = await holdClock(scratch);
  const { bootstrapKey } = await setUp({
    tenant: WORKSHOP_TENANT,
    ownerEmail: null,
    ownerPassword: null,
    bootstrapKey: null,
  });
  const headers = { authorization: `Bearer ${bootstrapKey}` };
  const operator = await authenticate(new Request('http://localhost/', { headers }));
  const { title, daysAgo, build } = SCENARIOS[scenario];
  await setClock(new Date(clock.now.getTime() - daysAgo * DAY_MS));
  await createTenant(operator, { tenant_id: tenantId, name: title }, NO_CALL);
  const nextDue = async () => {
    const [row] = await scratch.query<{ due: Date | null }>(
      `SELECT min(least(escalates_at, expires_at)) AS due FROM approval_requests WHERE status IN ('pending', 'escalated')`,
    );
    return row?.due ?? null;
  };
  await build({ admin: { ...operator, tenantId }, password, now: clock.now, setClock, nextDue });
}
