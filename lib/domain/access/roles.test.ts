import { describe, expect, test } from 'vitest';
import { PERMISSIONS, type Permission, SCOPES, type Scope } from './permissions';
import { expandScopes, isInBand, permissionsOf, ROLES } from './roles';

const ALL = Object.keys(PERMISSIONS) as Permission[];

/** A row for every permission, `+` where a column has it. */
function drawTable(columns: Record<string, ReadonlySet<Permission>>): string {
  const names = Object.keys(columns);
  const row = (first: string, cells: readonly string[]) =>
    `\n${[first.padEnd(29), ...cells.map((cell) => cell.padEnd(10))].join('').trimEnd()}`;
  return [
    row('', names),
    ...ALL.map((permission) =>
      row(
        permission,
        names.map((name) => (columns[name]?.has(permission) ? '+' : '.')),
      ),
    ),
  ].join('');
}

test('each role may do exactly this', () => {
  const columns = Object.fromEntries(ROLES.map((role) => [role, permissionsOf({ role, scopes: null })]));
  // biome-ignore format: a table
  expect(drawTable(columns)).toBe(`
                             viewer    operator  admin     owner
policy:evaluate              .         +         +         +
policy:manage                .         .         +         +
policy:emergency_stop        .         .         .         +
requests:create              .         +         +         +
requests:read                +         +         +         +
requests:comment             +         +         +         +
requests:decide              .         +         +         +
requests:decide_on_behalf    .         .         .         .
requests:manage              .         .         +         +
runs:read                    +         +         +         +
runs:write                   .         +         +         +
tasks:work                   .         .         .         .
events:read                  .         +         +         +
webhooks:manage              .         .         +         +
members:manage               .         .         +         +
owners:manage                .         .         .         +
keys:manage                  .         .         +         +
tenants:manage               .         .         .         +
audit:read                   .         .         +         +
exports:read                 .         .         +         +`);
});

test('a key with * may do exactly this: as a service, bound to a viewer, an operator or an owner, and as the bootstrap key', () => {
  const star: Scope[] = ['*'];
  const columns = {
    service: permissionsOf({ role: null, scopes: star }),
    viewer: permissionsOf({ role: 'viewer', scopes: star }),
    operator: permissionsOf({ role: 'operator', scopes: star }),
    owner: permissionsOf({ role: 'owner', scopes: star }),
    bootstrap: permissionsOf({ role: null, scopes: [...SCOPES], ownersToo: true }),
  };
  // biome-ignore format: a table
  expect(drawTable(columns)).toBe(`
                             service   viewer    operator  owner     bootstrap
policy:evaluate              +         .         +         +         +
policy:manage                +         .         .         +         +
policy:emergency_stop        .         .         .         +         +
requests:create              +         .         +         +         +
requests:read                +         +         +         +         +
requests:comment             +         +         +         +         +
requests:decide              +         .         +         +         +
requests:decide_on_behalf    .         .         .         .         +
requests:manage              +         .         .         +         +
runs:read                    +         +         +         +         +
runs:write                   +         .         +         +         +
tasks:work                   +         .         +         +         +
events:read                  +         .         +         +         +
webhooks:manage              +         .         .         +         +
members:manage               .         .         .         .         +
owners:manage                .         .         .         .         +
keys:manage                  .         .         .         .         +
tenants:manage               .         .         .         .         +
audit:read                   +         .         .         +         +
exports:read                 +         .         .         +         +`);
});

test('each scope gives a service key exactly these permissions', () => {
  const given = SCOPES.filter((scope) => scope !== '*').map(
    (scope) => `${scope}: ${[...permissionsOf({ role: null, scopes: [scope] })].join(' ')}`,
  );
  expect(given).toEqual([
    'policy:evaluate: policy:evaluate',
    'policy:manage: policy:manage',
    'requests:create: requests:create requests:comment',
    'requests:read: requests:read events:read',
    'requests:decide: requests:decide requests:comment',
    'requests:decide_on_behalf: requests:decide_on_behalf',
    'runs:read: runs:read',
    'runs:write: runs:write',
    'tasks:work: tasks:work',
    'webhooks:manage: webhooks:manage',
    'members:manage: members:manage',
    'keys:manage: keys:manage',
    'tenants:manage: tenants:manage',
    'audit:read: audit:read events:read',
    'exports:read: exports:read',
  ]);
});

describe('a member key does what its scopes and the role both allow', () => {
  test('a role does not widen the scopes', () =>
    expect([...permissionsOf({ role: 'owner', scopes: ['requests:read'] })]).toEqual(['requests:read', 'events:read']));
  test('scopes do not widen the role', () =>
    expect([
      ...permissionsOf({ role: 'viewer', scopes: ['requests:decide', 'members:manage', 'keys:manage'] }),
    ]).toEqual(['requests:comment']));
  test('an owner’s key can stop everything only with the scope for it', () => {
    expect(permissionsOf({ role: 'owner', scopes: ['policy:manage'] }).has('policy:emergency_stop')).toBe(true);
    expect(permissionsOf({ role: 'owner', scopes: ['requests:decide'] }).has('policy:emergency_stop')).toBe(false);
  });
});

test('a credential with no role and no scopes may do nothing', () =>
  expect([...permissionsOf({ role: null, scopes: null }), ...permissionsOf({ role: null, scopes: [] })]).toEqual([]));

test('* leaves out what is named one by one', () => {
  const left = SCOPES.filter((scope) => scope !== '*' && !expandScopes(['*']).has(scope));
  expect(left).toEqual(['requests:decide_on_behalf', 'members:manage', 'keys:manage', 'tenants:manage']);
  expect([...expandScopes(['*', 'keys:manage'])]).toContain('keys:manage');
});

test('levels lie inside the bands of roles', () => {
  const levels = [-1, 0, 1, 2, 3, 4, 5, 6, 1.5, Number.NaN];
  const inside = Object.fromEntries(ROLES.map((role) => [role, levels.filter((level) => isInBand(role, level))]));
  expect(inside).toEqual({ viewer: [0], operator: [1, 2, 3], admin: [4], owner: [5] });
});
