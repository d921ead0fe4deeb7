/**
 * Builders with boring defaults: a test says only what matters to it. Everything here is plain data; `world.ts` puts the like into a
 * database.
 */
import { type Actor, permissionsOf, ROLE_BANDS, type Role, type Scope } from '@/lib/domain/access';
import type { ApprovalRequest, Review, Reviewer } from '@/lib/domain/approval';
import type { Budget, LevelConfig, PolicyQuestion, Rule } from '@/lib/domain/policy';

/** The moment at which tests happen, half a day before their requests expire. */
export const NOON = new Date('2026-01-14T12:00:00.000Z');
export const MIDNIGHT = new Date('2026-01-15T00:00:00.000Z');

/** A moment so many milliseconds after another one; negative: before. */
export function later(moment: Date, ms: number): Date {
  return new Date(moment.getTime() + ms);
}

/** Somebody who may vote. The ids of `ada` are `usr_ada` and `mem_ada`, her e-mail is ada@example.com. */
export function aPerson(name: string, level = 3): Reviewer {
  return { userId: `usr_${name}`, memberId: `mem_${name}`, email: `${name}@example.com`, role: roleOf(level), level };
}

export function aRequest(over: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'req_1',
    tenantId: 'acme',
    kind: 'policy',
    status: 'pending',
    version: 1,
    seq: 1,
    requiredLevel: 3,
    minApprovals: 1,
    minRejectLevel: 1,
    signers: [],
    payloadDigest: 'sha256:1',
    requestedBy: null,
    agentId: null,
    requesterUserId: null,
    requesterKeyIssuerId: null,
    requesterKeyId: 'key_billing',
    escalatesAt: null,
    escalateTo: null,
    escalateLevel: null,
    escalateThen: [],
    expiresAt: MIDNIGHT,
    resolvedAt: null,
    resolvedBy: null,
    ...over,
  };
}

/** A vote that this person has cast, at their own level unless said. */
export function aReview(person: Reviewer, over: Partial<Review> = {}): Review {
  const { userId, memberId, email, level } = person;
  return { userId, memberId, email, version: 1, decision: 'approve', level, levelNow: level, ...over };
}

/** A person's session in acme; `authTime` is the moment of sign-in. */
export function aSession(person: Reviewer, over: Partial<Actor> = {}): Actor {
  const role = over.role ?? roleOf(person.level);
  return {
    tenantId: 'acme',
    via: 'session',
    userId: person.userId,
    memberId: person.memberId,
    email: person.email,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name: person.email,
    role,
    level: person.level,
    permissions: permissionsOf({ role, scopes: null }),
    sessionVersion: 1,
    authTime: NOON,
    allTenants: false,
    ...over,
  };
}

/** A key that acts as a person. */
export function aMemberKey(person: Reviewer, over: Partial<Actor> & { scopes?: Scope[] } = {}): Actor {
  const { scopes = ['*'], ...rest } = over;
  const role = roleOf(person.level);
  return {
    ...aSession(person),
    via: 'api_key',
    keyId: `key_of_${person.userId}`,
    keyOwnerUserId: person.userId,
    keyIssuerUserId: null,
    keyHolders: [person],
    permissions: permissionsOf({ role, scopes }),
    authTime: null,
    ...rest,
  };
}

/** A service key: it asks and reads, and decides nothing. */
export function aServiceKey(over: Partial<Actor> & { scopes?: Scope[] } = {}): Actor {
  const { scopes = ['*'], ...rest } = over;
  return {
    tenantId: 'acme',
    via: 'api_key',
    userId: null,
    memberId: null,
    email: null,
    keyId: 'key_billing',
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name: 'billing',
    role: null,
    level: 0,
    permissions: permissionsOf({ role: null, scopes }),
    sessionVersion: null,
    authTime: null,
    allTenants: false,
    ...rest,
  };
}

/** The worker, as the sweeps act. */
export function aJob(name = 'expiry'): Actor {
  return { ...aServiceKey(), via: 'job', keyId: null, name, permissions: new Set() };
}

/** The role in whose band a level lies. */
export function roleOf(level: number): Role {
  const band = (Object.keys(ROLE_BANDS) as Role[]).find(
    (role) => level >= ROLE_BANDS[role].min && level <= ROLE_BANDS[role].max,
  );
  if (band === undefined) throw new Error(`no role has level ${level}`);
  return band;
}

/** A row of the level configuration that speaks for everything. */
export function aLevel(over: Partial<LevelConfig> = {}): LevelConfig {
  return {
    policyType: null,
    agentId: null,
    skillId: null,
    level: 3,
    minApprovals: 1,
    autoApproveMaxCostCents: null,
    autoApproveMaxTokens: null,
    escalateAfterSeconds: null,
    escalateTo: null,
    escalateLevel: null,
    escalateThen: [],
    expiresInSeconds: null,
    minRejectLevel: null,
    ...over,
  };
}

/** A day's budget for everything, of which nothing is taken. */
export function aBudget(over: Partial<Budget> = {}): Budget {
  return {
    budgetId: 'bud_1',
    agentId: null,
    skillId: null,
    period: 'day',
    limitCents: 10_000,
    spentCents: 0,
    reservedCents: 0,
    ...over,
  };
}

/** billing-bot asks to transfer money, and nobody knows what it costs. */
export function aQuestion(over: Partial<PolicyQuestion> = {}): PolicyQuestion {
  return {
    policyType: 'cost',
    skillId: 'payments.transfer',
    agentId: 'billing-bot',
    costCents: null,
    // Whoever says only the cost means that it is no estimate.
    costP95Cents: over.costCents ?? null,
    costDistrust: null,
    tokens: null,
    requiredLevel: null,
    minApprovals: null,
    ...over,
  };
}

/** A rule that is about everything and asks for level 3. */
export function aRule(over: Partial<Rule> = {}): Rule {
  return {
    ruleId: 'rule',
    priority: 0,
    policyType: null,
    when: 'true',
    effect: 'require_approval',
    level: 3,
    minApprovals: null,
    expiresInSeconds: null,
    reason: 'It is a rule',
    tags: [],
    ...over,
  };
}
