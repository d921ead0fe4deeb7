import type { CreateMemberBody, MemberResource } from '@/lib/contracts';
import { type Actor, ROLE_BANDS } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { forgetCredentials, hashPassword } from '@/lib/platform/auth';
import { newId } from '@/lib/platform/crypto';
import {
  appendAudit,
  bumpPeopleVersion,
  findUserIdByEmail,
  inTenant,
  lockPeople,
  rememberIdempotency,
  type Tx,
  toDatabaseFault,
} from '@/lib/platform/db';
import { forgetTenantConfig } from '@/lib/services/policy';
import { readMember } from './get-member';
import { assertMayGrant, assertNotSelf } from './member-authority';

/** Somebody else may make the account between our look and our insert; a few of those, not more. */
const MAX_ATTEMPTS = 3;

/**
 * Adds a person to the actor's tenant. Where the e-mail has an account already, that account is only invited: its name and password stay
 * its own, whatever the call says, and the answer has the same form and takes as long.
 *
 * A password is a way to act as that person, so no service key sets one; the bootstrap key does.
 * @throws AppError `access/exceeds-own`, `member/wrong-band`, `access/self-change`, `member/exists`.
 */
export async function createMember(actor: Actor, input: CreateMemberBody, call: Call): Promise<MemberResource> {
  if (input.tenant_id !== actor.tenantId) throw new AppError('tenant/not-found');
  const { role } = input;
  const level = input.level ?? ROLE_BANDS[role].default;
  assertMayGrant(actor, role, level);
  const password = input.password ?? null;
  if (password !== null && actor.userId === null && !actor.allTenants) {
    throw new AppError('access/exceeds-own', {
      detail: 'A service key sets no password: it would let it act as that person.',
    });
  }
  // Hashed whether or not it will count: the time an answer takes says nothing about who has an account.
  const passwordHash = password === null ? null : await hashPassword(password);
  const wanted: Wanted = { email: input.email, name: input.name, role, level, passwordHash };
  const member = await addMember(actor, wanted, call);
  forgetCredentials();
  forgetTenantConfig(actor.tenantId);
  return member;
}

interface Wanted {
  email: string;
  name: string;
  role: MemberResource['role'];
  level: number;
  passwordHash: string | null;
}

async function addMember(actor: Actor, wanted: Wanted, call: Call): Promise<MemberResource> {
  for (let attempt = 1; ; attempt++) {
    const userId = await findUserIdByEmail(wanted.email);
    if (userId !== null) assertNotReturning(actor, userId);
    try {
      return await inTenant(actor, (tx) => writeMember(tx, actor, wanted, userId, call));
    } catch (error) {
      const constraint = toDatabaseFault(error)?.constraint;
      if (constraint === 'ux_memberships_active') throw new AppError('member/exists', { cause: error });
      if (constraint !== 'ux_users_email' || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/** Who made a service key does not come back through it after they were removed. */
function assertNotReturning(actor: Actor, userId: string): void {
  if (actor.userId === null) assertNotSelf(actor, userId);
}

async function writeMember(
  tx: Tx,
  actor: Actor,
  wanted: Wanted,
  existingUserId: string | null,
  call: Call,
): Promise<MemberResource> {
  const { tenantId } = actor;
  await lockPeople(tx, actor, null);
  const userId = existingUserId ?? newId('user');
  if (existingUserId === null) {
    await tx.$executeRaw`
      INSERT INTO users (user_id, email, name, password_hash)
      VALUES (${userId}, ${wanted.email}, ${wanted.name}, ${wanted.passwordHash})`;
  }
  const memberId = newId('member');
  await tx.$executeRaw`
    INSERT INTO memberships (member_id, tenant_id, user_id, role, level)
    VALUES (${memberId}, ${tenantId}, ${userId}, ${wanted.role}, ${wanted.level}::smallint)`;
  await bumpPeopleVersion(tx, tenantId);
  await appendAudit(tx, actor, tenantId, {
    action: 'member.added',
    targetKind: 'member',
    targetId: memberId,
    data: { user_id: userId, email: wanted.email, role: wanted.role, level: wanted.level },
  });
  await rememberIdempotency(tx, actor, call, memberId);
  return readMember(tx, tenantId, memberId);
}
