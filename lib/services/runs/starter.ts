import { type Actor, can, permissionsOf } from '@/lib/domain/access';
import { findKeyIn, findPersonIn, type KeyCredential, type RunRow, type SessionPerson } from '@/lib/platform/db';

/**
 * Whoever started a run, as they are now and as far as they may ask policy: what rules know of them is what they would know of them at the
 * door. Null when they may not ask any more: their key was revoked, or they left, were disabled, or are only a viewer now.
 */
export async function findStarter(run: RunRow): Promise<Actor | null> {
  const starter = run.requester_key_id === null ? await startedByPerson(run) : await startedByKey(run);
  return starter !== null && can(starter, 'requests:create') ? starter : null;
}

async function startedByPerson(run: RunRow): Promise<Actor | null> {
  const { tenant_id: tenantId, requester_user_id: userId } = run;
  const person = userId === null ? null : await findPersonIn(tenantId, userId);
  if (person === null) return null;
  return {
    ...standing(run, person),
    via: 'session',
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name: person.name,
  };
}

async function startedByKey(run: RunRow): Promise<Actor | null> {
  const { tenant_id: tenantId, requester_key_id: keyId } = run;
  const key = keyId === null ? null : await findKeyIn(tenantId, keyId);
  if (key === null) return null;
  return {
    ...standing(run, key.member),
    via: 'api_key',
    keyId: key.keyId,
    keyOwnerUserId: key.member?.userId ?? key.ownerUserId,
    keyIssuerUserId: key.issuerUserId,
    keyHolders: key.holders,
    name: key.member?.name ?? key.name,
  };
}

/** What a person, or a key without one, is in the tenant of the run; who started one may ask, as far as their role goes. */
function standing({ tenant_id: tenantId }: RunRow, person: SessionPerson | KeyCredential['member']) {
  const role = person?.role ?? null;
  return {
    tenantId,
    userId: person?.userId ?? null,
    memberId: person?.memberId ?? null,
    email: person?.email ?? null,
    role,
    level: person?.level ?? 0,
    permissions: permissionsOf({ role, scopes: ['requests:create'] }),
    sessionVersion: null,
    authTime: null,
    allTenants: false,
  };
}
