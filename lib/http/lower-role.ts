import { type Actor, ROLE_BANDS, ROLE_PERMISSIONS, ROLES, type Role } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';

/** The header by which a caller asks to be treated as a lower role (the seed's `USER_RBAC_ROLE`, as HTTP spells it). */
export const LOWER_ROLE_HEADER = 'x-user-rbac-role';

/**
 * The role that `X-User-Rbac-Role` names, in any case; null without the header.
 * @throws AppError `input/invalid` for a role that does not exist: ignoring it would leave more rights than were asked for.
 */
export function readLowerRole(headers: Headers): Role | null {
  const given = headers.get(LOWER_ROLE_HEADER);
  if (given === null) return null;
  const role = ROLES.find((name) => name === given.trim().toLowerCase());
  if (role !== undefined) return role;
  throw new AppError('input/invalid', {
    errors: [{ pointer: 'X-User-Rbac-Role', detail: `One of ${ROLES.join(', ')}` }],
  });
}

/**
 * The actor with the lower of their own role and this one: role, level and permissions only ever shrink. A service key, which has no
 * role, keeps what the role would allow.
 */
export function lowered(actor: Actor, role: Role): Actor {
  const own = actor.role ?? 'owner';
  if (ROLES.indexOf(role) >= ROLES.indexOf(own)) return actor;
  const allowed = new Set<string>(ROLE_PERMISSIONS[role]);
  return {
    ...actor,
    role: actor.role === null ? null : role,
    level: Math.min(actor.level, ROLE_BANDS[role].max),
    permissions: new Set([...actor.permissions].filter((permission) => allowed.has(permission))),
  };
}
