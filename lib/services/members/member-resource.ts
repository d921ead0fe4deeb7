import type { MemberResource } from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';

/** What is read of a membership to show it. */
export const MEMBER_FIELDS = {
  memberId: true,
  userId: true,
  tenantId: true,
  role: true,
  level: true,
  createdAt: true,
  user: { select: { email: true, name: true } },
} as const;

export interface MemberRow {
  memberId: string;
  userId: string;
  tenantId: string;
  role: string;
  level: number;
  createdAt: Date;
  user: { email: string; name: string };
}

/** A membership as the API shows it. */
export function toMemberResource(row: MemberRow): MemberResource {
  return {
    member_id: row.memberId,
    user_id: row.userId,
    tenant_id: row.tenantId,
    email: row.user.email,
    name: row.user.name,
    // The column's CHECK allows these four.
    role: row.role as Role,
    level: row.level,
    created_at: row.createdAt.toISOString(),
  };
}
