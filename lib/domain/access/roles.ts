import { type Permission, SCOPES, type Scope } from './permissions';

/** Roles are bands of the authority level (0 to 5). */
export const ROLE_BANDS = {
  viewer: { min: 0, max: 0, default: 0 },
  operator: { min: 1, max: 3, default: 3 },
  admin: { min: 4, max: 4, default: 4 },
  owner: { min: 5, max: 5, default: 5 },
} as const satisfies Record<string, { min: number; max: number; default: number }>;

export type Role = keyof typeof ROLE_BANDS;
export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const satisfies readonly Role[];

const VIEWER = ['requests:read', 'requests:comment', 'runs:read'] as const satisfies readonly Permission[];
const OPERATOR = [
  ...VIEWER,
  'policy:evaluate',
  'requests:create',
  'requests:decide',
  'runs:write',
  'events:read',
] as const satisfies readonly Permission[];
const ADMIN = [
  ...OPERATOR,
  'requests:manage',
  'members:manage',
  'keys:manage',
  'policy:manage',
  'webhooks:manage',
  'audit:read',
  'exports:read',
] as const satisfies readonly Permission[];
const OWNER = [
  ...ADMIN,
  'tenants:manage',
  'owners:manage',
  'policy:emergency_stop',
] as const satisfies readonly Permission[];

/** What each role may do. Adding a permission to a role is one word here. */
export const ROLE_PERMISSIONS = {
  viewer: VIEWER,
  operator: OPERATOR,
  admin: ADMIN,
  owner: OWNER,
} as const satisfies Record<Role, readonly Permission[]>;

/** Whether a level lies inside a role's band. */
export function isInBand(role: Role, level: number): boolean {
  return Number.isInteger(level) && level >= ROLE_BANDS[role].min && level <= ROLE_BANDS[role].max;
}

/** What `*` leaves out: these are named one by one. */
export const NAMED_ONLY_SCOPES = [
  'requests:decide_on_behalf',
  'members:manage',
  'keys:manage',
  'tenants:manage',
] as const satisfies readonly Scope[];

/** The scopes a list stands for, `*` spelled out. */
export function expandScopes(scopes: readonly Scope[]): Set<Exclude<Scope, '*'>> {
  const expanded = new Set<Exclude<Scope, '*'>>();
  for (const scope of scopes) {
    if (scope !== '*') expanded.add(scope);
    else
      for (const s of SCOPES) if (s !== '*' && !(NAMED_ONLY_SCOPES as readonly string[]).includes(s)) expanded.add(s);
  }
  return expanded;
}

/** Permissions that have no scope of their own and come with another one. */
const IMPLIED: Partial<Record<Scope, readonly Permission[]>> = {
  'requests:read': ['events:read'],
  'requests:create': ['requests:comment'],
  'requests:decide': ['requests:comment', 'requests:manage'],
  'audit:read': ['events:read'],
  'members:manage': ['owners:manage'],
  'policy:manage': ['policy:emergency_stop'],
};

/**
 * What a credential may do. A session has its role's permissions; a member key what its scopes and the role both allow, and leasing
 * tasks where its member may start runs; a service key what its scopes allow, except for what only owners may: managing owners and the emergency stop. No admin could give that to a key
 * they create; `ownersToo` is the bootstrap key's privilege.
 */
export function permissionsOf(credential: {
  role: Role | null;
  scopes: readonly Scope[] | null;
  ownersToo?: boolean;
}): Set<Permission> {
  const fromRole = credential.role === null ? null : new Set<Permission>(ROLE_PERMISSIONS[credential.role]);
  if (credential.scopes === null) return fromRole ?? new Set();
  const fromScopes = new Set<Permission>();
  for (const scope of expandScopes(credential.scopes)) {
    fromScopes.add(scope);
    for (const implied of IMPLIED[scope] ?? []) fromScopes.add(implied);
  }
  if (fromRole !== null) {
    // No person's work, but whoever starts runs may give it to a program of theirs; who only reads may not.
    if (fromRole.has('runs:write')) fromRole.add('tasks:work');
    fromRole.add('requests:decide_on_behalf');
    return new Set([...fromScopes].filter((permission) => fromRole.has(permission)));
  }
  if (!credential.ownersToo)
    for (const permission of ['owners:manage', 'policy:emergency_stop'] as const) fromScopes.delete(permission);
  if (!credential.scopes.includes('*')) fromScopes.delete('requests:manage');
  return fromScopes;
}
