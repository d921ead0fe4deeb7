import type { Permission } from './permissions';
import type { Role } from './roles';

export interface KeyHolder {
  userId: string;
  /** Null when they are no member of the key's tenant (any more). */
  memberId: string | null;
  email: string;
}

/**
 * Who is asking. Built once at the edge from a verified credential and passed as the first argument of every service function; there is
 * no ambient current user.
 */
export interface Actor {
  tenantId: string;
  via: 'session' | 'api_key' | 'job';
  /** The person, where there is one: the session's user or the member a key is bound to. */
  userId: string | null;
  memberId: string | null;
  email: string | null;
  keyId: string | null;
  /** Whom a key's requests count as asked by: the bound member, or who created the service key. */
  keyOwnerUserId: string | null;
  /** Who issued the key, where a person did: its text passed through their hands, whomever it acts as. */
  keyIssuerUserId: string | null;
  /** The people in whose hands the key is: its owner and its issuer, as far as they are known. */
  keyHolders: readonly KeyHolder[];
  name: string;
  role: Role | null;
  /** Authority, 0 to 5. A service key has 0: it never decides. */
  level: number;
  permissions: ReadonlySet<Permission>;
  /** The user's session version that this credential was checked against; the writer checks it again. */
  sessionVersion: number | null;
  /** When the person last proved who they are; null for keys. */
  authTime: Date | null;
  /** The bootstrap key: every tenant, one per call. */
  allTenants: boolean;
}

export function can(actor: Pick<Actor, 'permissions'>, permission: Permission): boolean {
  return actor.permissions.has(permission);
}

/** The credential's own id, as the history names it. */
export function credentialId(actor: Pick<Actor, 'userId' | 'keyId' | 'name' | 'via'>): string {
  if (actor.via === 'api_key' && actor.keyId !== null) return actor.userId ?? actor.keyId;
  return actor.userId ?? actor.name;
}
