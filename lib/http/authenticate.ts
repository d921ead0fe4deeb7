import type { OperationAccess } from '@/lib/contracts';
import { type Actor, can, permissionsOf } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { findKey, findPersonOf, readSession, type SessionClaims } from '@/lib/platform/auth';
import { findTenantOf, type KeyCredential, type SessionPerson, tenantExists } from '@/lib/platform/db';
import { lowered, readLowerRole } from './lower-role';
import { assertSameOriginWrite } from './same-origin';

/**
 * Who is asking, from an API key or the console's session; the same for both doors and for pages. A request with `Authorization` never
 * looks at cookies. What was read is believed for at most 5 s per process; decisions check again under their locks. The header
 * `X-User-Rbac-Role` (the CLI's `USER_RBAC_ROLE`) can only lower what the credential may do.
 * @throws AppError `auth/required` without a credential, `auth/invalid-key`, `auth/invalid-session`, `auth/cross-site` for a write that
 * the console did not send, `input/invalid` for a role that does not exist.
 */
export async function authenticate(request: Request): Promise<Actor> {
  const authorization = request.headers.get('authorization');
  const actor = authorization === null ? await bySession(request) : await byKey(authorization);
  const role = readLowerRole(request.headers);
  return role === null ? actor : lowered(actor, role);
}

/**
 * Lets the actor through to an operation.
 * @throws AppError `access/forbidden`.
 */
export function assertMayCall(actor: Actor, access: OperationAccess): void {
  if (access === 'public' || access === 'authenticated' || can(actor, access)) return;
  throw new AppError('access/forbidden', { detail: `This needs the permission ${access}.` });
}

interface Named {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * The actor in the tenant that the call names. Everybody has one tenant and may only name that; the bootstrap key has all of them and
 * names one per call, by `tenant_id` or by the id of a row (a row that does not exist leaves it where it is, and the service answers).
 * @throws AppError `tenant/not-found` for another tenant or one that does not exist: the answer is the same.
 */
export async function inNamedTenant(actor: Actor, input: Named): Promise<Actor> {
  const named = namedTenants(input);
  if (named.some((tenantId) => tenantId !== named[0])) throw new AppError('tenant/not-found');
  const [tenantId] = named;
  if (!actor.allTenants) {
    if (tenantId !== undefined && tenantId !== actor.tenantId) throw new AppError('tenant/not-found');
    return actor;
  }
  if (tenantId !== undefined) {
    if (tenantId !== actor.tenantId && !(await tenantExists(tenantId))) throw new AppError('tenant/not-found');
    return { ...actor, tenantId };
  }
  const id = member(input.params, 'id');
  const owner = typeof id === 'string' ? await findTenantOf(id) : null;
  return owner === null ? actor : { ...actor, tenantId: owner };
}

/** Every tenant the call names: in its query, its body, and the items of a batch. */
function namedTenants({ query, body }: Named): string[] {
  const items = member(body, 'items');
  return [query, body, ...(Array.isArray(items) ? items : [])]
    .map((part) => member(part, 'tenant_id'))
    .filter((value) => typeof value === 'string');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

async function byKey(authorization: string): Promise<Actor> {
  const text = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  const key = text === undefined ? null : await findKey(text);
  if (key === null) throw new AppError('auth/invalid-key');
  return toKeyActor(key);
}

async function bySession(request: Request): Promise<Actor> {
  const claims = await readSession(request.headers.get('cookie'));
  if (claims === 'none') throw new AppError('auth/required');
  if (claims === null) throw new AppError('auth/invalid-session');
  const actor = await actorOfSession(claims);
  assertSameOriginWrite(request);
  return actor;
}

/**
 * Who a session says it is, if it still is.
 * @throws AppError `auth/invalid-session`.
 */
export async function actorOfSession(claims: SessionClaims): Promise<Actor> {
  const person = await findPersonOf(claims);
  if (person === null) throw new AppError('auth/invalid-session');
  return toSessionActor(person, claims);
}

function toSessionActor(person: SessionPerson, { authTime }: SessionClaims): Actor {
  return {
    tenantId: person.tenantId,
    via: 'session',
    userId: person.userId,
    memberId: person.memberId,
    email: person.email,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name: person.name,
    role: person.role,
    level: person.level,
    permissions: permissionsOf({ role: person.role, scopes: null }),
    sessionVersion: person.sessionVersion,
    authTime,
    allTenants: false,
  };
}

/** A key bound to a member acts as that person at most; one without is a service with level 0, which never decides. */
function toKeyActor(key: KeyCredential): Actor {
  const { member: person } = key;
  return {
    tenantId: key.tenantId,
    via: 'api_key',
    userId: person?.userId ?? null,
    memberId: person?.memberId ?? null,
    email: person?.email ?? null,
    keyId: key.keyId,
    keyOwnerUserId: person?.userId ?? key.ownerUserId,
    keyIssuerUserId: key.issuerUserId,
    keyHolders: key.holders,
    name: person?.name ?? key.name,
    role: person?.role ?? null,
    level: person?.level ?? 0,
    permissions: permissionsOf({ role: person?.role ?? null, scopes: key.scopes, ownersToo: key.allTenants }),
    sessionVersion: null,
    authTime: null,
    allTenants: key.allTenants,
  };
}
