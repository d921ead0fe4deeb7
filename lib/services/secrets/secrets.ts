import type { PutSecretBody, SecretResource } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { SECRET_NAME } from '@/lib/domain/run';
import { sha256Hex } from '@/lib/platform/crypto';
import { appendAudit, inTenant, lockPeople, type Prisma, type Tx } from '@/lib/platform/db';
import { sealWorkflowSecret } from './seal';

/** What one tenant may keep: enough for what it talks to, few enough to be listed whole. */
const MAX_SECRETS = 200;

const FIELDS = {
  tenantId: true,
  name: true,
  version: true,
  fingerprint: true,
  allowedHosts: true,
  createdAt: true,
  updatedAt: true,
  updatedBy: true,
  updatedByName: true,
} as const satisfies Prisma.WorkflowSecretSelect;

type SecretRow = Prisma.WorkflowSecretGetPayload<{ select: typeof FIELDS }>;

function toResource(row: SecretRow): SecretResource {
  return {
    tenant_id: row.tenantId,
    name: row.name,
    fingerprint: row.fingerprint,
    version: row.version,
    allowed_hosts: row.allowedHosts,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    updated_by: row.updatedBy,
    updated_by_name: row.updatedByName,
  };
}

/** The secrets of the actor's tenant by name: fingerprints and hosts, never values. */
export async function listSecrets({ tenantId }: Actor): Promise<{ tenant_id: string; secrets: SecretResource[] }> {
  const rows = await inTenant({ tenantId }, (tx) =>
    tx.workflowSecret.findMany({ where: { tenantId }, orderBy: { name: 'asc' }, take: MAX_SECRETS, select: FIELDS }),
  );
  return { tenant_id: tenantId, secrets: rows.map(toResource) };
}

/**
 * Stores a secret, or a new value and new hosts under a name that exists. The value is sealed for this tenant, name and version, and cannot
 * be read back.
 * @throws AppError `secret/too-many`, `access/forbidden` when the credential has ended.
 */
export function putSecret(
  actor: Actor,
  name: string,
  { value, allowed_hosts }: PutSecretBody,
): Promise<SecretResource> {
  const { tenantId } = actor;
  const allowedHosts = [...new Set(allowed_hosts)];
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await lockSecret(tx, tenantId, name);
    if (before === null && (await tx.workflowSecret.count({ where: { tenantId } })) >= MAX_SECRETS) {
      throw new AppError('secret/too-many');
    }
    const version = (before?.version ?? 0) + 1;
    const fingerprint = sha256Hex(value);
    const sealed = sealWorkflowSecret({ tenantId, name, version }, value);
    const [by, byName] = [credentialId(actor), actor.name];
    await tx.$executeRaw`
      INSERT INTO workflow_secrets (tenant_id, name, version, sealed, fingerprint, allowed_hosts, updated_by, updated_by_name)
      VALUES (${tenantId}, ${name}, ${version}, ${sealed}, ${fingerprint}, ${allowedHosts}, ${by}, ${byName})
      ON CONFLICT (tenant_id, name) DO UPDATE SET version = EXCLUDED.version, sealed = EXCLUDED.sealed,
        fingerprint = EXCLUDED.fingerprint, allowed_hosts = EXCLUDED.allowed_hosts, updated_at = now_ms(),
        updated_by = EXCLUDED.updated_by, updated_by_name = EXCLUDED.updated_by_name`;
    await appendAudit(tx, actor, tenantId, {
      action: before === null ? 'workflow_secret.created' : 'workflow_secret.replaced',
      targetKind: 'workflow_secret',
      targetId: name,
      data: { version, fingerprint, allowed_hosts: allowedHosts },
    });
    const where = { tenantId_name: { tenantId, name } };
    return toResource(await tx.workflowSecret.findUniqueOrThrow({ where, select: FIELDS }));
  });
}

/**
 * Removes a secret. Tasks that refer to it fail from now on.
 * @throws AppError `secret/not-found`, `access/forbidden` when the credential has ended.
 */
export async function deleteSecret(actor: Actor, name: string): Promise<void> {
  if (!SECRET_NAME.test(name)) throw new AppError('secret/not-found');
  const { tenantId } = actor;
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await lockSecret(tx, tenantId, name);
    if (before === null) throw new AppError('secret/not-found');
    await tx.workflowSecret.delete({ where: { tenantId_name: { tenantId, name } } });
    await appendAudit(tx, actor, tenantId, {
      action: 'workflow_secret.removed',
      targetKind: 'workflow_secret',
      targetId: name,
      data: { version: before.version, fingerprint: before.fingerprint },
    });
  });
}

/** `lockPeople` lets one change of a tenant through at a time, so that two who store under one name follow one another. */
async function lockSecret(
  tx: Tx,
  tenantId: string,
  name: string,
): Promise<{ version: number; fingerprint: string } | null> {
  const [row] = await tx.$queryRaw<{ version: number; fingerprint: string }[]>`
    SELECT version, fingerprint FROM workflow_secrets WHERE tenant_id = ${tenantId} AND name = ${name} FOR UPDATE`;
  return row ?? null;
}
