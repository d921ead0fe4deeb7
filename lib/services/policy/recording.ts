import type { RecordingResource, RecordingSettings } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { appendAudit, DEFAULT_RECORDING, inTenant, lockPeople, type Tx } from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';
import { assertUnchanged, entityTagOf } from './entity-tag';

export interface VersionedRecording {
  resource: RecordingResource;
  /** Of these settings: no other change of the configuration is one of them. */
  etag: string;
}

/** How much of what policy is asked is kept in the actor's tenant, and for how long. */
export function getRecording(actor: Actor): Promise<VersionedRecording> {
  return inTenant(actor, (tx) => readVersioned(tx, actor.tenantId));
}

/**
 * Says how much is kept, if nobody changed that since `call.ifMatch` was read. What is older than `retain_days` is removed
 * by the next housekeeping.
 * @throws AppError `config/changed` (412); `access/forbidden` when the credential has ended.
 */
export async function putRecording(actor: Actor, settings: RecordingSettings, call: Call): Promise<VersionedRecording> {
  const { tenantId } = actor;
  const versioned = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    assertUnchanged(call, (await readVersioned(tx, tenantId)).etag);
    await writeRecording(tx, actor, settings);
    await tx.$executeRaw`UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${tenantId}`;
    return readVersioned(tx, tenantId);
  });
  forgetTenantConfig(tenantId);
  return versioned;
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

async function readVersioned(tx: Tx, tenantId: string): Promise<VersionedRecording> {
  const settings = await readRecordingSettings(tx, tenantId);
  return { resource: { tenant_id: tenantId, ...settings }, etag: entityTagOf(settings) };
}
