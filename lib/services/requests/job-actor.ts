import type { Actor } from '@/lib/domain/access';

/** The clock as an actor: it has no permissions, and what it may do is what the lifecycle leaves to the system. */
export function jobActor(tenantId: string, name: string): Actor {
  return {
    tenantId,
    via: 'job',
    userId: null,
    memberId: null,
    email: null,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name,
    role: null,
    level: 0,
    permissions: new Set(),
    sessionVersion: null,
    authTime: null,
    allTenants: false,
  };
}
