import { ConfigBody, type ConfigDifferences, type ConfigDrift } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError, isAppError } from '@/lib/domain/errors';
import { readConfigFile } from '@/lib/platform/config-file';
import { inTenant } from '@/lib/platform/db';
import { listConfigChecks, removeConfigChecks, type SectionDrift, saveConfigCheck } from '@/lib/platform/db/worker';
import { env } from '@/lib/platform/env';
import { metrics } from '@/lib/platform/metrics';
import { parseYaml } from '@/lib/platform/yaml';
import { compareConfig, readConfig } from './config';
import { SECTION_NAMES, tidyBody } from './sections';

/** How many places of a section are named. */
const MAX_PATHS = 20;

/**
 * Compares the file that `COUNTERSIGN_CONFIG_FILE` names with the database, for the tenant that the file names (`COUNTERSIGN_TENANT` where it
 * names none), and remembers how they differ. Changes nothing else: which of the two is right, a person says.
 */
export async function checkConfigFile(): Promise<void> {
  const { COUNTERSIGN_CONFIG_FILE: file, COUNTERSIGN_TENANT: usual } = env();
  if (file === undefined) {
    await removeConfigChecks();
    return;
  }
  const read = await readFile(file);
  if (typeof read === 'string') {
    await saveConfigCheck({ tenantId: usual, file, fault: read, sections: [] });
    return;
  }
  const tenantId = read.tenant_id ?? usual;
  const now = await inTenant({ tenantId }, async (tx) =>
    (await tx.tenant.findUnique({ where: { tenantId } })) === null ? null : readConfig(tx, tenantId),
  );
  if (now === null) {
    const fault = `There is no tenant ${JSON.stringify(tenantId)}, of which it is`;
    await saveConfigCheck({ tenantId: usual, file, fault, sections: [] });
    return;
  }
  const sections = compareConfig(now, tidyBody(read)).map(toDrift);
  await saveConfigCheck({ tenantId, file, fault: null, sections });
}

/** What the file says, or why it says nothing. */
async function readFile(file: string): Promise<ConfigBody | string> {
  try {
    const { value } = parseYaml(await readConfigFile(file));
    const body = ConfigBody.safeParse(value);
    if (body.success) return body.data;
    const [fault] = body.error.issues;
    return `It is not a configuration: /${(fault?.path ?? []).join('/')}: ${fault?.message ?? 'not valid'}`;
  } catch (error) {
    if (isAppError(error)) return error.message;
    return `It cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function toDrift({ section, added, changed, removed }: ConfigDifferences): SectionDrift {
  const paths = [...added, ...changed, ...removed].map(({ path }) => path);
  return { section, differences: paths.length, paths: paths.slice(0, MAX_PATHS) };
}

/**
 * What the worker's last comparison of the tenant's configuration with its file came to.
 * @throws AppError `tenant/not-found`.
 */
export function getConfigDrift({ tenantId }: Actor): Promise<ConfigDrift> {
  return inTenant({ tenantId }, async (tx) => {
    const tenant = await tx.tenant.findUnique({ where: { tenantId }, include: { configCheck: true } });
    if (tenant === null) throw new AppError('tenant/not-found');
    const { configCheck: check } = tenant;
    return {
      tenant_id: tenantId,
      file: check?.file ?? null,
      checked_at: check?.checkedAt.toISOString() ?? null,
      fault: check?.fault ?? null,
      sections: (check?.sections ?? []) as unknown as ConfigDrift['sections'],
    };
  });
}

/** Sets the gauges of the drift from what the worker remembered; sections that do not differ are 0. */
export async function collectDriftGauges(): Promise<void> {
  const { drift, driftFaults } = metrics();
  drift.reset();
  driftFaults.reset();
  for (const { tenantId: tenant, fault, sections } of await listConfigChecks()) {
    driftFaults.set({ tenant }, fault === null ? 0 : 1);
    if (fault !== null) continue;
    for (const section of SECTION_NAMES) {
      drift.set({ tenant, section }, sections.find((found) => found.section === section)?.differences ?? 0);
    }
  }
}
