import type { Actor, Permission, Role } from '@/lib/domain/access';

/** Who is looking, as plain facts that a page can hand to the browser. */
export interface Viewer {
  userId: string;
  memberId: string;
  email: string;
  name: string;
  role: Role;
  level: number;
  tenantId: string;
  permissions: readonly Permission[];
}

/** The facts about a person. Null for a service key, which is nobody: the console is for people. */
export function findViewer(actor: Actor): Viewer | null {
  const { userId, memberId, email, name, role, level, tenantId, permissions } = actor;
  if (userId === null || memberId === null || email === null || role === null) return null;
  return { userId, memberId, email, name, role, level, tenantId, permissions: [...permissions] };
}
