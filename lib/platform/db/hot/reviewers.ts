import type { Role } from '@/lib/domain/access';
import type { Reviewer } from '@/lib/domain/approval';
import { runHot } from '../client';
import { Prisma } from '../generated/client';

export interface NamedReviewer extends Reviewer {
  name: string;
  role: Role;
}

/** Who may decide in a tenant, and the version of its people that says so. */
export interface People {
  version: bigint;
  reviewers: NamedReviewer[];
}

/** Both in one statement, so that they belong together. Version 0 when there is no such tenant. */
export async function findPeople(tenantId: string): Promise<People> {
  const rows = await runHot<{ version: bigint; reviewers: NamedReviewer[] }>(
    'countersign_hot',
    Prisma.sql`
    SELECT t.people_version AS version, coalesce((
      SELECT jsonb_agg(jsonb_build_object('userId', u.user_id, 'memberId', m.member_id, 'email', u.email, 'name', u.name, 'role', m.role,
        'level', m.level) ORDER BY m.level DESC, lower(u.name))
      FROM memberships m JOIN users u ON u.user_id = m.user_id
      WHERE m.tenant_id = t.tenant_id AND m.removed_at IS NULL AND u.disabled_at IS NULL AND m.level >= 1), '[]'::jsonb) AS reviewers
    FROM tenants t WHERE t.tenant_id = ${tenantId}`,
  );
  return rows[0] ?? { version: 0n, reviewers: [] };
}

/** The members of a tenant who may decide anything at all (level 1 or more), by level and name. */
export function listReviewers(tenantId: string): Promise<NamedReviewer[]> {
  return runHot<NamedReviewer>(
    'countersign_hot',
    Prisma.sql`
    SELECT u.user_id AS "userId", m.member_id AS "memberId", u.email, u.name, m.role, m.level::int AS level
    FROM memberships m JOIN users u ON u.user_id = m.user_id
    WHERE m.tenant_id = ${tenantId} AND m.removed_at IS NULL AND u.disabled_at IS NULL AND m.level >= 1
    ORDER BY m.level DESC, lower(u.name)`,
  );
}
