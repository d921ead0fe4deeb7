import type { Role } from '@/lib/domain/access';
import type { Reviewer } from '@/lib/domain/approval';
import { runHot } from '../client';
import { Prisma } from '../generated/client';

export interface NamedReviewer extends Reviewer {
  name: string;
  role: Role;
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
