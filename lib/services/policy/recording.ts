import type { RecordingResource, RecordingSettings } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import {
  appendAudit,
  DEFAULT_RECORDING,
  findPolicyConfig,
  inTenant,
  lockPeople,
  type PolicyConfig,
  type Tx,
} from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';

export interface VersionedRecording {
  resource: RecordingResource;
  /** The configuration's version as an entity tag (RFC 9110 §8.8.3). */
  etag: string;
}

/**
 * How much of what policy is asked is kept in the actor's tenant, and for how long.
 * @throws AppError `tenant/not-found`.
 */
export async function getRecording(actor: Actor): Promise<VersionedRecording> {
  const config = await findPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  return toVersioned(config);
}

/**
 * Says how much is kept, if nobody changed the configuration since `call.ifMatch` was read. What is older than `retain_days` is removed
 * by the next housekeeping.
 * @throws AppError `config/changed` (412); `access/forbidden` when the credential has ended.
 */
export async function putRecording(actor: Actor, settings: RecordingSettings, call: Call): Promise<VersionedRecording> {
  await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const { tenantId } = actor;
    const [tenant] = await tx.$queryRaw<{ version: bigint }[]>`
      UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${tenantId} RETURNING config_version - 1 AS version`;
    if (tenant === undefined) throw new AppError('tenant/not-found');
    if (call.ifMatch !== '*' && call.ifMatch !== entityTag(tenant.version)) throw new AppError('config/changed');
    await writeRecording(tx, actor, settings);
  });
  forgetTenantConfig(actor.tenantId);
  return getRecording(actor);
}

/** What goes where nobody said. */
export const INITIAL_RECORDING: RecordingSettings = {
  sample_rate: DEFAULT_RECORDING.sampleRate,
  retain_days: DEFAULT_RECORDING.retainDays,
};

/** How much is kept, or what goes where nobody said. */
export async function readRecordingSettings(tx: Tx, tenantId: string): Promise<RecordingSettings> {
  const row = await tx.policyRecording.findUnique({ where: { tenantId } });
  const { sampleRate, retainDays } = row ?? DEFAULT_RECORDING;
  return { sample_rate: Number(sampleRate), retain_days: retainDays };
}

/** Says how much is kept, and into the audit log who did. Whoever calls it holds the tenant's row and raises its version. */
export async function writeRecording(tx: Tx, actor: Actor, settings: RecordingSettings): Promise<void> {
  const { tenantId } = actor;
  const { sample_rate: sampleRate, retain_days: retainDays } = settings;
  await tx.policyRecording.upsert({
    where: { tenantId },
    create: { tenantId, sampleRate, retainDays },
    update: { sampleRate, retainDays },
  });
  await appendAudit(tx, actor, tenantId, {
    action: 'policy.recording_changed',
    targetKind: 'tenant',
    targetId: tenantId,
    data: { ...settings },
  });
}

function toVersioned({ tenantId, configVersion, recording }: PolicyConfig): VersionedRecording {
  return {
    resource: { tenant_id: tenantId, sample_rate: recording.sampleRate, retain_days: recording.retainDays },
    etag: entityTag(configVersion),
  };
}

function entityTag(version: bigint): string {
  return `"${version}"`;
}
