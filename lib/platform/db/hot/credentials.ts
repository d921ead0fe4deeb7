import type { KeyHolder, Role, Scope } from '@/lib/domain/access';
import { ID_PREFIXES, type IdKind, isId } from '@/lib/domain/ids';
import { prismaAs } from '../client';
import { Prisma } from '../generated/client';

/** A person in a tenant, as they are now. */
export interface SessionPerson {
  userId: string;
  memberId: string;
  tenantId: string;
  email: string;
  name: string;
  role: Role;
  level: number;
  sessionVersion: number;
}

/** An API key that is valid now, with the member it acts as, where it is bound to one. */
export interface KeyCredential {
  keyId: string;
  tenantId: string;
  name: string;
  scopes: Scope[];
  allTenants: boolean;
  ownerUserId: string | null;
  issuerUserId: string | null;
  holders: KeyHolder[];
  member: { memberId: string; userId: string; email: string; name: string; role: Role; level: number } | null;
}

const PERSON = Prisma.sql`
  SELECT u.user_id AS "userId", m.member_id AS "memberId", m.tenant_id AS "tenantId", u.email, u.name, m.role, m.level,
    u.session_version AS "sessionVersion"
  FROM memberships m JOIN users u ON u.user_id = m.user_id
  WHERE m.removed_at IS NULL AND u.disabled_at IS NULL`;

/** The person a session names, in the tenant it names; null when they are disabled or not a member there (any more). */
export async function findSessionPerson(named: {
  userId: string;
  memberId: string;
  tenantId: string;
}): Promise<SessionPerson | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<SessionPerson[]>`
    ${PERSON} AND m.member_id = ${named.memberId} AND m.tenant_id = ${named.tenantId} AND m.user_id = ${named.userId}`;
  return rows[0] ?? null;
}

/** What somebody is in a tenant now; null when they are disabled or not a member there (any more). */
export async function findPersonIn(tenantId: string, userId: string): Promise<SessionPerson | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<SessionPerson[]>`
    ${PERSON} AND m.tenant_id = ${tenantId} AND m.user_id = ${userId}`;
  return rows[0] ?? null;
}

const VALID_KEY = Prisma.sql`
  SELECT k.key_id AS "keyId", k.tenant_id AS "tenantId", k.name, k.scopes, k.all_tenants AS "allTenants",
    k.owner_user_id AS "ownerUserId", k.created_by_user_id AS "issuerUserId",
    coalesce((SELECT jsonb_agg(jsonb_build_object('userId', h.user_id, 'email', h.email, 'memberId', hm.member_id))
      FROM users h LEFT JOIN memberships hm ON hm.user_id = h.user_id AND hm.tenant_id = k.tenant_id AND hm.removed_at IS NULL
      WHERE h.user_id IN (k.owner_user_id, k.created_by_user_id)), '[]'::jsonb) AS holders,
    CASE WHEN m.member_id IS NULL THEN NULL ELSE jsonb_build_object('memberId', m.member_id, 'userId', u.user_id, 'email', u.email,
      'name', u.name, 'role', m.role, 'level', m.level) END AS member
  FROM api_keys k
    LEFT JOIN memberships m ON m.member_id = k.member_id AND m.tenant_id = k.tenant_id AND m.removed_at IS NULL
    LEFT JOIN users u ON u.user_id = m.user_id AND u.disabled_at IS NULL
  WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now_ms())
    AND (k.member_id IS NULL OR u.user_id IS NOT NULL)`;

/**
 * The API key with this SHA-256 (hex of the whole key); null when it is unknown, revoked, expired, or bound to somebody who is
 * disabled or no longer a member. The one statement of authentication that cannot name its tenant: the key is what says it.
 */
export async function findKeyCredential(secretHash: string): Promise<KeyCredential | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<KeyCredential[]>`
    ${VALID_KEY} AND k.secret_hash = ${secretHash}`;
  return rows[0] ?? null;
}

/** A key that is valid in a tenant, by its id; null as `findKeyCredential` has it. */
export async function findKeyIn(tenantId: string, keyId: string): Promise<KeyCredential | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<KeyCredential[]>`
    ${VALID_KEY} AND k.key_id = ${keyId} AND (k.tenant_id = ${tenantId} OR k.all_tenants)`;
  return rows[0] ?? null;
}

/** Notes that a key was used, at most once a minute, and never waits: a key that is locked (a decision is being written) is skipped. */
export async function touchKey(tenantId: string, keyId: string): Promise<void> {
  await prismaAs('countersign_hot').$executeRaw`
    UPDATE api_keys SET last_used_at = now_ms() WHERE key_id IN (
      SELECT k.key_id FROM api_keys k
      WHERE k.key_id = ${keyId} AND k.tenant_id = ${tenantId}
        AND (k.last_used_at IS NULL OR k.last_used_at < now_ms() - interval '1 minute')
      FOR NO KEY UPDATE SKIP LOCKED)`;
}

/** Whether there is such a tenant. */
export async function tenantExists(tenantId: string): Promise<boolean> {
  const rows = await prismaAs('countersign_hot').$queryRaw<unknown[]>`
    SELECT 1 FROM tenants WHERE tenant_id = ${tenantId}`;
  return rows.length > 0;
}

type TenantOf = { tenantId: string }[];

/** How the tenant of a row is found from its id. */
const TENANT_OF = {
  request: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM approval_requests WHERE id = ${id}`,
  member: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM memberships WHERE member_id = ${id}`,
  key: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM api_keys WHERE key_id = ${id}`,
  run: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM dag_runs WHERE run_id = ${id}`,
  endpoint: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM webhook_endpoints WHERE endpoint_id = ${id}`,
  delivery: (id) => prismaAs('countersign_hot').$queryRaw<TenantOf>`
    SELECT tenant_id AS "tenantId" FROM webhook_deliveries WHERE delivery_id = ${id}`,
} satisfies Partial<Record<IdKind, (id: string) => Promise<TenantOf>>>;

/** The tenant of the row with this id, whatever its kind; null when there is none. Only for the key that has every tenant. */
export async function findTenantOf(id: string): Promise<string | null> {
  const kinds = Object.keys(TENANT_OF) as (keyof typeof TENANT_OF)[];
  const kind = kinds.find((candidate) => id.startsWith(`${ID_PREFIXES[candidate]}_`) && isId(candidate, id));
  if (kind === undefined) return null;
  const rows = await TENANT_OF[kind](id);
  return rows[0]?.tenantId ?? null;
}

/** What signing in needs to know of an account. */
export interface Account {
  userId: string;
  email: string;
  name: string;
  passwordHash: string | null;
  sessionVersion: number;
  disabled: boolean;
  /** Where they are a member now, by tenant id. */
  memberships: { memberId: string; tenantId: string; tenantName: string }[];
}

/** The account of an e-mail, whatever the case of its letters; null when there is none. Crosses tenants: only for signing in. */
export async function findAccount(email: string): Promise<Account | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<Account[]>`
    SELECT u.user_id AS "userId", u.email, u.name, u.password_hash AS "passwordHash", u.session_version AS "sessionVersion",
      u.disabled_at IS NOT NULL AS disabled, coalesce((
        SELECT jsonb_agg(jsonb_build_object('memberId', m.member_id, 'tenantId', m.tenant_id, 'tenantName', t.name) ORDER BY m.tenant_id)
        FROM memberships m JOIN tenants t ON t.tenant_id = m.tenant_id
        WHERE m.user_id = u.user_id AND m.removed_at IS NULL), '[]'::jsonb) AS memberships
    FROM users u WHERE lower(u.email) = lower(${email})`;
  return rows[0] ?? null;
}
