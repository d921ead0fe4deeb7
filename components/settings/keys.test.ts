import { describe, expect, test } from 'vitest';
import { SCOPES } from '@/lib/domain/access';
import { type KeyDraft, NEW_KEY, readKeyDraft, toKeyBody } from './keys-draft';
import { toExpiry } from './keys-lifetime';
import { keyState } from './keys-state';
import { describeScopes, SCOPE_WORDS, scopeGroups } from './keys-words';

const NOON = Date.parse('2026-01-14T12:00:00.000Z');

describe('what a key may do', () => {
  test('is said in a line', () => {
    expect(describeScopes(['requests:read'])).toBe('reads requests');
    expect(describeScopes(['requests:read', 'requests:create', 'exports:read'])).toBe(
      'asks, reads requests and exports',
    );
  });

  test('is not said twice where the star says it', () => {
    expect(describeScopes(['*', 'requests:read', 'members:manage'])).toBe(
      'does everything ordinary and manages people',
    );
  });

  test('has words for every scope, and offers none of a feature that is not there', () => {
    expect(Object.keys(SCOPE_WORDS).toSorted()).toEqual(SCOPES.filter((scope) => scope !== '*').toSorted());
    expect(scopeGroups().map(({ group }) => group)).not.toContain('Runs');
  });
});

describe('a key that is about to be made', () => {
  const ada = { memberId: 'mem_ada', name: 'Ada Okafor', level: 5 };
  const viewer = {
    tenantId: 'acme',
    memberId: ada.memberId,
    name: ada.name,
    scopes: [...SCOPES],
    bindsOthers: true,
    members: [ada, { memberId: 'mem_ben', name: 'Ben Haddad', level: 3 }],
  };
  const draft: KeyDraft = {
    name: 'Deployer',
    actsAs: 'other',
    other: 'mem_ben',
    scopes: ['policy:manage', 'requests:decide'],
    lifetime: 'date',
    day: '2026-12-01',
  };
  const kept = (over: object = {}): unknown => JSON.parse(JSON.stringify({ ...draft, ...over }));

  test('is the same after its maker has signed in again', () => {
    expect(readKeyDraft(kept(), viewer)).toEqual(draft);
    expect(readKeyDraft(kept(NEW_KEY), viewer)).toEqual(NEW_KEY);
  });

  test('leaves out what its maker may not give any more, and whom nobody knows', () => {
    expect(readKeyDraft(kept(), { ...viewer, scopes: ['requests:decide'] })?.scopes).toEqual(['requests:decide']);
    expect(readKeyDraft(kept({ other: 'mem_gone' }), viewer)?.other).toBeNull();
    expect(readKeyDraft(kept(), { ...viewer, bindsOthers: false })).toBeNull();
  });

  test.each([null, 'Deployer', 7, [], {}, kept({ name: 3 }), kept({ scopes: '*' }), kept({ lifetime: '1' })])(
    'is begun anew where %j was kept',
    (other) => expect(readKeyDraft(other, viewer)).toBeNull(),
  );

  test('is sent without what a service cannot do, and with whom it acts as', () => {
    expect(toKeyBody(draft, viewer, null)).toMatchObject({ member_id: 'mem_ben', scopes: draft.scopes });
    expect(toKeyBody({ ...draft, actsAs: 'me' }, viewer, null)).toMatchObject({ member_id: ada.memberId });
    expect(toKeyBody({ ...draft, actsAs: 'service' }, viewer, null)).toMatchObject({
      member_id: null,
      scopes: ['policy:manage'],
    });
  });
});

describe('the state of a key', () => {
  test('revoked is the stronger word, and the last moment is no longer active', () => {
    const at = new Date(NOON).toISOString();
    expect(keyState({ revoked_at: null, expires_at: null }, NOON)).toBe('active');
    expect(keyState({ revoked_at: null, expires_at: at }, NOON - 1)).toBe('active');
    expect(keyState({ revoked_at: null, expires_at: at }, NOON)).toBe('expired');
    expect(keyState({ revoked_at: at, expires_at: at }, NOON)).toBe('revoked');
  });
});

describe('the life of a new key', () => {
  test('is days from now, the end of a day, or without end', () => {
    expect(toExpiry('90', '', NOON)).toBe('2026-04-14T12:00:00.000Z');
    expect(toExpiry('never', '', NOON)).toBeNull();
    expect(toExpiry('date', '2026-02-01', NOON)).toBe(new Date('2026-02-01T23:59:59').toISOString());
  });

  test('is unknown while no day is chosen', () => {
    expect(toExpiry('date', '', NOON)).toBeUndefined();
  });
});
