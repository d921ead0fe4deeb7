import type { MeResource } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';

/** Who the credential is and what it may do, as this very request was judged. */
export function getMe(actor: Actor): MeResource {
  return {
    id: credentialId(actor),
    name: actor.name,
    email: actor.email,
    tenant_id: actor.tenantId,
    member_id: actor.memberId,
    role: actor.role,
    level: actor.level,
    scopes: [...actor.permissions],
    via: actor.via === 'session' ? 'session' : 'api_key',
  };
}
