import { describe, expect, test } from 'vitest';
import { aMemberKey, aPerson, aServiceKey, aSession } from '@/lib/testing/builders';
import { grantableLevel, grantableRoles, grantableScopes } from './grants';
import { permissionsOf } from './roles';

const owner = aPerson('oz', 5);
const admin = aPerson('ada', 4);
const operator = aPerson('ben', 3);
const bootstrap = aServiceKey({
  allTenants: true,
  permissions: permissionsOf({
    role: null,
    scopes: ['*', 'members:manage', 'keys:manage', 'tenants:manage', 'requests:decide_on_behalf'],
    ownersToo: true,
  }),
});
const everything = ['*', 'members:manage', 'keys:manage', 'tenants:manage', 'requests:decide_on_behalf'] as const;

describe('over people', () => {
  test('an owner reaches everybody, an admin everybody below owner, an operator nobody', () => {
    expect(grantableRoles(aSession(owner))).toEqual(['viewer', 'operator', 'admin', 'owner']);
    expect(grantableRoles(aSession(admin))).toEqual(['viewer', 'operator', 'admin']);
    expect(grantableLevel(aSession(operator))).toBe(-1);
  });

  test('a service key stays below admin, whatever its scopes', () => {
    expect(grantableRoles(aServiceKey({ scopes: [...everything] }))).toEqual(['viewer', 'operator']);
    expect(grantableLevel(aServiceKey({ scopes: ['*'] }))).toBe(-1);
  });

  test('a member key reaches as far as its person does, where its scopes say so', () => {
    expect(grantableRoles(aMemberKey(owner, { scopes: ['members:manage'] }))).toContain('owner');
    expect(grantableRoles(aMemberKey(admin, { scopes: ['members:manage'] }))).toEqual(['viewer', 'operator', 'admin']);
    expect(grantableLevel(aMemberKey(owner, { scopes: ['*'] }))).toBe(-1);
  });

  test('the bootstrap key makes owners', () => {
    expect(grantableLevel(bootstrap)).toBe(5);
  });
});

describe('over scopes', () => {
  test('an admin gives what an admin may do, and leasing of tasks', () => {
    const given = grantableScopes(aSession(admin), null);
    expect(given).toEqual(expect.arrayContaining(['*', 'members:manage', 'keys:manage', 'tasks:work', 'audit:read']));
    expect(given).not.toContain('tenants:manage');
    expect(given).not.toContain('requests:decide_on_behalf');
  });

  test('only an owner’s session lets a key speak for others', () => {
    expect(grantableScopes(aSession(owner), null)).toContain('requests:decide_on_behalf');
    const key = aMemberKey(owner, { scopes: ['keys:manage', '*'] });
    expect(grantableScopes(key, ['keys:manage', '*'])).not.toContain('requests:decide_on_behalf');
  });

  test('a key gives what it has and nothing else', () => {
    const scopes = ['keys:manage', 'requests:read'] as const;
    expect(grantableScopes(aServiceKey({ scopes: [...scopes] }), scopes)).toEqual(['requests:read', 'keys:manage']);
  });

  test('the star is not given by a key that merely has every scope in it: it says more', () => {
    const scopes = [
      ...(['policy:evaluate', 'policy:manage', 'requests:create', 'requests:read', 'requests:decide'] as const),
      ...(['runs:read', 'runs:write', 'tasks:work', 'webhooks:manage', 'audit:read', 'exports:read'] as const),
      'keys:manage' as const,
    ];
    expect(grantableScopes(aServiceKey({ scopes }), scopes)).not.toContain('*');
    expect(grantableScopes(aServiceKey({ scopes: ['*', 'keys:manage'] }), ['*', 'keys:manage'])).toContain('*');
  });

  test('a scope that a person’s key names but their role does not back is not given on', () => {
    const key = aMemberKey(admin, { scopes: ['keys:manage', 'tenants:manage'] });
    expect(grantableScopes(key, ['keys:manage', 'tenants:manage'])).toEqual(['keys:manage']);
  });

  test('the bootstrap key gives every scope', () => {
    expect(grantableScopes(bootstrap, null)).toContain('tenants:manage');
  });
});
