/** What a tenant's rows say, to see that nothing of them was touched. */
import type { Sql } from './people';

/** Everything the database holds of a tenant and its people, as one hash for every table. */
export async function fingerprint(sql: Sql, tenantId: string): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  const rowsOf: [string, string][] = [
    ...tables.map(
      ({ name }) => [name, `SELECT t::text AS row FROM ${name} t WHERE tenant_id = $1`] as [string, string],
    ),
    ['users', 'SELECT u::text AS row FROM users u JOIN memberships m USING (user_id) WHERE m.tenant_id = $1'],
  ];
  const parts = rowsOf.map(
    ([name, rows]) =>
      `SELECT '${name}' AS name, md5(coalesce(string_agg(row, E'\\n' ORDER BY row), '')) AS hash FROM (${rows}) r`,
  );
  const hashes = await sql<{ name: string; hash: string }>(parts.join(' UNION ALL '), [tenantId]);
  return Object.fromEntries(hashes.map(({ name, hash }) => [name, hash]));
}
