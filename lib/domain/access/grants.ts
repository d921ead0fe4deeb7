import { type Actor, can } from './actor';
import { type Permission, SCOPES, type Scope } from './permissions';
import { expandScopes, permissionsOf, ROLE_BANDS, ROLES, type Role } from './roles';

type Granter = Pick<Actor, 'permissions' | 'role' | 'level' | 'via' | 'allTenants'>;

/**
 * How far somebody's hand reaches over other people: the highest level they may give, change or take away; -1 for nobody's. Owners are
 * an owner's and the bootstrap key's. A service key has no level of its own and is kept below admin, or it could make somebody who
 * makes it a wider key.
 */
export function grantableLevel(actor: Granter): number {
  if (can(actor, 'owners:manage')) return ROLE_BANDS.owner.max;
  if (!can(actor, 'members:manage')) return -1;
  return actor.role === null ? ROLE_BANDS.operator.max : Math.min(actor.level, ROLE_BANDS.admin.max);
}

/** The roles somebody may give, lowest first. */
export function grantableRoles(actor: Granter): Role[] {
  const reach = grantableLevel(actor);
  return ROLES.filter((role) => ROLE_BANDS[role].max <= reach);
}

/**
 * The scopes somebody may give to a key: nobody grants more than they have. A person gives what their role may do, and leasing tasks,
 * which is no person's work; only an owner's own session lets a key speak for others. A key gives what it has (`ownScopes`), by scope
 * and by what that scope lets it do.
 */
export function grantableScopes(actor: Granter, ownScopes: readonly Scope[] | null): Scope[] {
  if (actor.allTenants) return [...SCOPES];
  const held = new Set<Permission>(actor.permissions);
  if (actor.via === 'session') held.add('tasks:work');
  if (actor.via === 'session' && actor.role === 'owner') held.add('requests:decide_on_behalf');
  const own = ownScopes === null ? null : expandScopes(ownScopes);
  return SCOPES.filter(
    (scope) =>
      [...permissionsOf({ role: null, scopes: [scope] })].every((permission) => held.has(permission)) &&
      (own === null || [...expandScopes([scope])].every((each) => own.has(each))),
  );
}
