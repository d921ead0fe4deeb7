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

/**
 * The facts about a signed-in person.
 * @throws Error for an actor who is not one: pages are opened by sessions only.
 */
export function toViewer(actor: Actor): Viewer {
  const { userId, memberId, email, name, role, level, tenantId, permissions } = actor;
  if (userId === null || memberId === null || email === null || role === null) {
    throw new Error('A page is opened by a member’s session');
  }
  return { userId, memberId, email, name, role, level, tenantId, permissions: [...permissions] };
}
