import type { FlagsBody, FlagsResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { inTenant, lockPeople, type Tx } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { assertUnchanged, entityTagOf, forgetTenantConfig } from '../policy';
import { applyFlags } from './apply-flags';
import { askForSignoff } from './ask-for-signoff';
import { listFlags, type StoredFlag, toFlagResource, toFlagRow } from './flag-resource';

export interface VersionedFlags {
  resource: FlagsResource;
  /** Of the flags as they are, without what waits: no other change of the configuration is one of these. */
  etag: string;
}

/** The flags of the actor's tenant, in every environment, with the changes that wait for approval. */
export function getFlags({ tenantId }: Actor): Promise<VersionedFlags> {
  return inTenant({ tenantId }, async (tx) => {
    const flags = await listFlags(tx, tenantId);
    return {
      resource: {
        tenant_id: tenantId,
        environment: env().COUNTERSIGN_ENVIRONMENT,
        flags: flags.map(toFlagResource),
      },
      etag: entityTag(flags),
    };
  });
}

/**
 * Replaces the flags, if nobody changed them since `call.ifMatch` was read. What needs somebody else's approval is asked for
 * and not applied; the answer says what waits, and for which request.
 * @throws AppError `config/changed` (412), `input/invalid` when a flag is there twice, `flag/change-pending`, `access/forbidden` when the
 * credential has ended.
 */
export async function putFlags(
  actor: Actor,
  { flags, reason = null }: Pick<FlagsBody, 'flags'> & { reason?: string | null | undefined },
  call: Call,
): Promise<VersionedFlags> {
  const { asked } = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const version = await readVersion(tx, actor.tenantId);
    assertUnchanged(call, entityTag(await listFlags(tx, actor.tenantId)));
    const applied = await applyFlags({ tx, actor, version, reason }, flags);
    if (applied.changed) {
      await tx.$executeRaw`UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${actor.tenantId}`;
    }
    return applied;
  });
  forgetTenantConfig(actor.tenantId);
  await askForSignoff(actor, asked, reason, call);
  return getFlags(actor);
}

/** A flag that was switched to and fro is not the one that somebody has seen: its revision has risen. */
function entityTag(flags: readonly StoredFlag[]): string {
  return entityTagOf(flags.map((flag) => ({ ...toFlagRow(flag), revision: String(flag.revision) })));
}

async function readVersion(tx: Tx, tenantId: string): Promise<bigint> {
  const [tenant] = await tx.$queryRaw<{ version: bigint }[]>`
    SELECT config_version AS version FROM tenants WHERE tenant_id = ${tenantId}`;
  if (tenant === undefined) throw new AppError('tenant/not-found');
  return tenant.version;
}
