import type { CreatedKeyResource, CreateKeyBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { type ApiKeyText, newApiKey, sha256Hex } from '@/lib/platform/crypto';
import {
  appendAudit,
  databaseNow,
  inTenant,
  type LockedMember,
  lockPeople,
  rememberIdempotency,
} from '@/lib/platform/db';
import { readKey } from './get-key';
import { assertMayBind, assertMayGrantScopes, assertMayHandOut } from './key-authority';
import { keyExpiry } from './key-expiry';

/** A key that was promised before it is made: its text, and when its person allowed it. */
export interface PromisedKey {
  text: ApiKeyText;
  allowedAt: Date;
}

/**
 * Makes an API key in the actor's tenant. The key itself is in this answer only: what is stored is its SHA-256. With `member_id` it acts
 * as that person; without, it is a service, and whoever made it counts as who asks through it.
 * A key that was `promised` can be made once, and its person's sign-in was fresh when they allowed it.
 * @throws AppError `auth/invalid-code` for an id that there is already, `access/exceeds-own` for scopes or a life beyond one's own, `access/forbidden` for binding somebody else,
 * `auth/step-up-required` for scopes that change policy, from a session whose sign-in is older than five minutes, `member/not-found`,
 * `input/invalid` for an end that is not in the future.
 */
export async function createKey(
  actor: Actor,
  input: CreateKeyBody,
  call: Call,
  promised: PromisedKey | null = null,
): Promise<CreatedKeyResource> {
  if (input.tenant_id !== actor.tenantId) throw new AppError('tenant/not-found');
  const memberId = input.member_id ?? null;
  if (memberId !== null) assertMayBind(actor, memberId);
  const scopes = [...new Set(input.scopes)];
  const { keyId, key } = promised?.text ?? newApiKey();
  const resource = await inTenant(actor, async (tx) => {
    const { member, ownKey } = await lockPeople(
      tx,
      actor,
      memberId !== null && isId('member', memberId) ? memberId : null,
    );
    assertMayGrantScopes(actor, ownKey?.scopes ?? null, input.scopes);
    const now = await databaseNow(tx);
    assertMayHandOut(actor, scopes, promised?.allowedAt ?? now);
    if (memberId !== null && member === null) throw new AppError('member/not-found');
    const expiresAt = keyExpiry(input.expires_at ?? null, ownKey?.expiresAt ?? null, now);
    const ownerUserId = ownerOf(actor, member);
    const { count } = await tx.apiKey.createMany({
      skipDuplicates: true,
      data: {
        keyId,
        tenantId: actor.tenantId,
        name: input.name,
        secretHash: sha256Hex(key),
        scopes,
        memberId,
        ownerUserId,
        createdByUserId: actor.userId,
        createdByKeyId: actor.keyId,
        expiresAt,
      },
    });
    if (count === 0) throw new AppError('auth/invalid-code');
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'key.created',
      targetKind: 'key',
      targetId: keyId,
      data: {
        name: input.name,
        scopes,
        member_id: memberId,
        owner_user_id: ownerUserId,
        expires_at: expiresAt?.toISOString() ?? null,
      },
    });
    await rememberIdempotency(tx, actor, call, keyId);
    return readKey(tx, actor.tenantId, keyId);
  });
  return { ...resource, key };
}

/** Who asks when this key asks: the person it acts as, else who made it, else who stands behind the key that made it. */
function ownerOf(actor: Actor, member: LockedMember | null): string | null {
  return member?.userId ?? actor.userId ?? actor.keyOwnerUserId;
}
