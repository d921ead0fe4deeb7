import { type Actor, permissionsOf, type Role } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { createKey } from '@/lib/services/keys';
import { createMember } from '@/lib/services/members';

export interface Person {
  name: string;
  role: Role;
  level: number;
  /** What they do in the company; printed beside their sign-in. */
  job: string;
}

/** Eight people across the levels. Keys of the table are how stories name them. */
export const PEOPLE = {
  oz: { name: 'Oz Demir', role: 'owner', level: 5, job: 'Chief operating officer' },
  ada: { name: 'Ada Keller', role: 'admin', level: 4, job: 'Head of finance' },
  marek: { name: 'Marek Novák', role: 'admin', level: 4, job: 'Head of platform' },
  ines: { name: 'Inês Rocha', role: 'operator', level: 3, job: 'Accounts payable' },
  tom: { name: 'Tom Okafor', role: 'operator', level: 3, job: 'Site reliability' },
  lena: { name: 'Lena Vogt', role: 'operator', level: 2, job: 'Customer care' },
  jun: { name: 'Jun Park', role: 'operator', level: 1, job: 'On call' },
  sofia: { name: 'Sofia Lind', role: 'viewer', level: 0, job: 'Trainee in finance' },
} as const satisfies Record<string, Person>;
export type PersonName = keyof typeof PEOPLE;

/** The software that asks. */
export const AGENTS = [
  'billing-bot',
  'deploy-bot',
  'data-steward',
  'access-desk',
  'care-agent',
  'capacity-planner',
] as const;
export type AgentName = (typeof AGENTS)[number];

export function emailOf(name: PersonName, tenantId: string): string {
  return `${name}@${tenantId.replaceAll('_', '-').replace(/-+$/, '')}.example`;
}

/** Adds the people, each with the same password, and answers how each of them acts when signed in. */
export async function addPeople(admin: Actor, password: string): Promise<Record<PersonName, Actor>> {
  const entries: [PersonName, Actor][] = [];
  for (const [name, person] of Object.entries(PEOPLE) as [PersonName, Person][]) {
    const email = emailOf(name, admin.tenantId);
    const member = await createMember(
      admin,
      { tenant_id: admin.tenantId, email, name: person.name, role: person.role, level: person.level, password },
      NO_CALL,
    );
    entries.push([
      name,
      signedIn(admin.tenantId, person, { email, userId: member.user_id, memberId: member.member_id }),
    ]);
  }
  return Object.fromEntries(entries) as Record<PersonName, Actor>;
}

function signedIn(
  tenantId: string,
  { name, role, level }: Person,
  ids: { email: string; userId: string; memberId: string },
): Actor {
  return {
    tenantId,
    via: 'session',
    ...ids,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name,
    role,
    level,
    permissions: permissionsOf({ role, scopes: null }),
    sessionVersion: 1,
    authTime: null,
    allTenants: false,
  };
}

/** Adds a service key for each agent, and answers how each of them acts. */
export async function addAgents(admin: Actor): Promise<Record<AgentName, Actor>> {
  const entries: [AgentName, Actor][] = [];
  for (const name of AGENTS) {
    const scopes = ['policy:evaluate', 'requests:create', 'requests:read'] as const;
    const key = await createKey(admin, { tenant_id: admin.tenantId, name, scopes: [...scopes] }, NO_CALL);
    entries.push([
      name,
      { ...service(admin.tenantId, name), keyId: key.key_id, permissions: permissionsOf({ role: null, scopes }) },
    ]);
  }
  return Object.fromEntries(entries) as Record<AgentName, Actor>;
}

function service(tenantId: string, name: string): Actor {
  return {
    tenantId,
    via: 'api_key',
    userId: null,
    memberId: null,
    email: null,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name,
    role: null,
    level: 0,
    permissions: new Set(),
    sessionVersion: null,
    authTime: null,
    allTenants: false,
  };
}
