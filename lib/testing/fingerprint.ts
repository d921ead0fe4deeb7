/** What a tenant's rows say, to see that nothing of them was touched. */
import type { Sql } from './people';

/** Everything the database holds of a tenant, as one hash for every table that has tenants. */
export async function fingerprint(sql: Sql, tenantId: string): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS hash FROM ${name} t WHERE tenant_id = $1`,
      [tenantId],
    );
    hashes[name] = row?.hash ?? '';
  }
  return hashes;
}
