import type { MemberResource } from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';

/** What the reader of the members' page may do there, as the server says. */
export interface MembersViewer {
  tenantId: string;
  userId: string | null;
  /** The roles they may give. */
  roles: Role[];
  /** The highest level they may change or remove. */
  reach: number;
}

/** Why the reader may not change this member; null when they may. The server holds the same rules. */
export function whyNotChange(member: Pick<MemberResource, 'user_id' | 'level'>, viewer: MembersViewer): string | null {
  if (member.user_id === viewer.userId) return 'Others change yours';
  return member.level > viewer.reach ? 'Owners change owners' : null;
}
