import { type PageQuery, TenantId, type TenantResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { listAllTenants } from '@/lib/platform/db';
import { decodeCursor, encodeCursor } from '@/lib/services/paging';
import { getTenant } from './get-tenant';
import { toTenantResource } from './tenant-resource';

/** A page of tenants by id: all of them for the bootstrap key, for everybody else their own. */
export async function listTenants(
  actor: Actor,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: TenantResource[]; next_cursor: string | null }> {
  const after = decodeCursor(TenantId, cursor);
  if (!actor.allTenants) {
    const own = await getTenant(actor.tenantId);
    return { data: after === null || own.tenant_id > after ? [own] : [], next_cursor: null };
  }
  const rows = await listAllTenants(after, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(toTenantResource),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(last.tenantId) : null,
  };
}
