import { expandScopes, NAMED_ONLY_SCOPES, SCOPES, type Scope } from '@/lib/domain/access';

export type ScopeGroup = 'Ask and read' | 'Decide' | 'Runs' | 'Administer';

interface ScopeWords {
  group: ScopeGroup;
  label: string;
  hint: string;
  /** In a list of what a key may do: "asks, reads requests". */
  does: string;
  /** False while there is nothing that it would open; keys that have it still say so. */
  offered: boolean;
}

/** What each scope lets a key do, in the words of who gives it. */
export const SCOPE_WORDS = {
  'requests:create': {
    group: 'Ask and read',
    label: 'Ask',
    hint: 'Create requests, comment on them, and cancel its own',
    does: 'asks',
    offered: true,
  },
  'requests:read': {
    group: 'Ask and read',
    label: 'Read requests',
    hint: 'Requests, their history, live events and charts',
    does: 'reads requests',
    offered: true,
  },
  'policy:evaluate': {
    group: 'Ask and read',
    label: 'Try policy',
    hint: 'Ask what policy would answer, without asking anybody',
    does: 'tries policy',
    offered: true,
  },
  'exports:read': {
    group: 'Ask and read',
    label: 'Export',
    hint: 'Requests and events as files',
    does: 'exports',
    offered: true,
  },
  'audit:read': {
    group: 'Ask and read',
    label: 'Read the audit log',
    hint: 'Who did what in this tenant, and whether the record is whole',
    does: 'reads the audit log',
    offered: true,
  },
  'requests:decide': {
    group: 'Decide',
    label: 'Decide',
    hint: 'Approve and reject as the person it acts as, at most at their level',
    does: 'decides',
    offered: true,
  },
  'requests:decide_on_behalf': {
    group: 'Decide',
    label: 'Speak for members',
    hint: 'For chat bridges: decide in the name of a verified member. Both are recorded',
    does: 'speaks for members',
    offered: true,
  },
  'runs:read': { group: 'Runs', label: 'Read runs', hint: 'Runs and their tasks', does: 'reads runs', offered: false },
  'runs:write': {
    group: 'Runs',
    label: 'Start runs',
    hint: 'Start, resume and cancel runs',
    does: 'starts runs',
    offered: false,
  },
  'tasks:work': {
    group: 'Runs',
    label: 'Work on tasks',
    hint: 'Lease tasks and report their results',
    does: 'works on tasks',
    offered: false,
  },
  'policy:manage': {
    group: 'Administer',
    label: 'Change policy',
    hint: 'Levels, rules, budgets and flags: what decides for everybody. Such a key is made with a fresh sign-in',
    does: 'changes policy',
    offered: true,
  },
  'webhooks:manage': {
    group: 'Administer',
    label: 'Manage webhooks',
    hint: 'Endpoints, their secrets and deliveries',
    does: 'manages webhooks',
    offered: true,
  },
  'members:manage': {
    group: 'Administer',
    label: 'Manage people',
    hint: 'A service manages viewers and operators; a key that acts as a person, whom that person may manage',
    does: 'manages people',
    offered: true,
  },
  'keys:manage': {
    group: 'Administer',
    label: 'Manage keys',
    hint: 'Make keys that can do no more than itself, and revoke any',
    does: 'manages keys',
    offered: true,
  },
  'tenants:manage': {
    group: 'Administer',
    label: 'Manage tenants',
    hint: 'Make tenants',
    does: 'makes tenants',
    offered: true,
  },
} as const satisfies Record<Exclude<Scope, '*'>, ScopeWords>;

export const STAR_WORDS = {
  label: 'Everything ordinary',
  hint: 'All of this and what is added later; but people, keys, tenants and speaking for members are given one by one',
  does: 'does everything ordinary',
} as const;

type NamedScope = Exclude<Scope, '*'>;

/** The scopes of the picker under their headings, in their order. */
export function scopeGroups(): { group: ScopeGroup; scopes: NamedScope[] }[] {
  const offered = (Object.keys(SCOPE_WORDS) as NamedScope[]).filter((scope) => SCOPE_WORDS[scope].offered);
  return [...Map.groupBy(offered, (scope) => SCOPE_WORDS[scope].group)].map(([group, scopes]) => ({ group, scopes }));
}

/** Whether the star already gives this. */
export function isInStar(scope: NamedScope): boolean {
  return !(NAMED_ONLY_SCOPES as readonly Scope[]).includes(scope);
}

/** What a key may do, in a line: "asks, reads requests and exports". What the star says already is not said again. */
export function describeScopes(scopes: readonly Scope[]): string {
  const named = scopes.includes('*')
    ? scopes.filter((scope): scope is NamedScope => scope !== '*' && !isInStar(scope))
    : (SCOPES.filter((scope) => scope !== '*' && expandScopes(scopes).has(scope)) as NamedScope[]);
  const words = [...(scopes.includes('*') ? [STAR_WORDS.does] : []), ...named.map((scope) => SCOPE_WORDS[scope].does)];
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}
