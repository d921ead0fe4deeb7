import { asWorker } from '../tenant';

/** How many places of a section differ from the file, and which; not more of them than somebody reads. */
export interface SectionDrift {
  section: string;
  differences: number;
  paths: string[];
}

export interface ConfigCheck {
  tenantId: string;
  file: string;
  fault: string | null;
  sections: SectionDrift[];
}

/** Remembers what the last comparison with the file came to, in place of all earlier ones: a deployment has one file. */
export async function saveConfigCheck({ tenantId, file, fault, sections }: ConfigCheck): Promise<void> {
  await asWorker().$executeRaw`
    WITH others AS (DELETE FROM config_checks WHERE tenant_id <> ${tenantId})
    INSERT INTO config_checks (tenant_id, file, fault, sections)
    SELECT t.tenant_id, ${file}, ${fault}, ${JSON.stringify(sections)}::jsonb FROM tenants t WHERE t.tenant_id = ${tenantId}
    ON CONFLICT (tenant_id) DO UPDATE
      SET file = excluded.file, fault = excluded.fault, sections = excluded.sections, checked_at = now_ms()`;
}

/** Forgets every comparison: there is no file any more. */
export async function removeConfigChecks(): Promise<void> {
  await asWorker().$executeRaw`DELETE FROM config_checks`;
}

export function listConfigChecks(): Promise<(ConfigCheck & { ageSeconds: number })[]> {
  return asWorker().$queryRaw`
    SELECT tenant_id AS "tenantId", file, fault, sections, extract(epoch FROM now_ms() - checked_at)::float8 AS "ageSeconds"
    FROM config_checks ORDER BY tenant_id`;
}
