import type { PutSecretBody, SecretResource } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { mayGoTo, SECRET_NAME } from '@/lib/domain/run';
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

function toResource(row: SecretRow, uses: Uses): SecretResource {
  return {
    tenant_id: row.tenantId,
    name: row.name,
    fingerprint: row.fingerprint,
    version: row.version,
    allowed_hosts: row.allowedHosts,
    used_by: uses.get(row.name) ?? [],
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
    updated_by: row.updatedBy,
    updated_by_name: row.updatedByName,
  };
}

/** The secrets of the actor's tenant by name: fingerprints, hosts and what refers to them, never values. */
export async function listSecrets({ tenantId }: Actor): Promise<{ tenant_id: string; secrets: SecretResource[] }> {
  return inTenant({ tenantId }, async (tx) => {
    const where = { tenantId };
    const rows = await tx.workflowSecret.findMany({
      where,
      orderBy: { name: 'asc' },
      take: MAX_SECRETS,
      select: FIELDS,
    });
    const uses = rows.length === 0 ? new Map() : await readUses(tx, tenantId);
    return { tenant_id: tenantId, secrets: rows.map((row) => toResource(row, uses)) };
  });
}

/** Which definitions refer to a secret, by its name. */
type Uses = ReadonlyMap<string, string[]>;

/** The references in the params of the newest version of every definition, wherever in them they stand. */
async function readUses(tx: Tx, tenantId: string): Promise<Uses> {
  const rows = await tx.$queryRaw<{ secret: string; dags: string[] }[]>`
    SELECT found.ref #>> '{}' AS secret, array_agg(DISTINCT d.name ORDER BY d.name) AS dags
    FROM (
      SELECT DISTINCT ON (name) name, definition FROM dag_definitions WHERE tenant_id = ${tenantId} ORDER BY name, version DESC
    ) d, LATERAL jsonb_path_query(d.definition, 'lax $.tasks[*].params.**."$secret"') AS found (ref)
    WHERE jsonb_typeof(found.ref) = 'string' GROUP BY 1`;
  return new Map(rows.map(({ secret, dags }) => [secret, dags]));
}

/**
 * Stores a secret, or a new value and new hosts under a name that exists. The value is sealed for this tenant, name and version, and cannot
 * be read back. Without a value only the hosts change, and only to what they cover already: whoever could send a value that they do not have
 * to a host of their own could read it.
 * @throws AppError `input/invalid` where a value is needed; `secret/too-many`, `access/forbidden` when the credential has ended.
 */
export function putSecret(actor: Actor, name: string, body: PutSecretBody): Promise<SecretResource> {
  const { tenantId } = actor;
  const allowedHosts = [...new Set(body.allowed_hosts)];
  return inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const before = await lockSecret(tx, tenantId, name);
    if (body.value == null) await changeHosts(tx, actor, name, before, allowedHosts);
    else await storeValue(tx, actor, name, before, { value: body.value, allowedHosts });
    const where = { tenantId_name: { tenantId, name } };
    const row = await tx.workflowSecret.findUniqueOrThrow({ where, select: FIELDS });
    return toResource(row, await readUses(tx, tenantId));
  });
}

async function storeValue(
  tx: Tx,
  actor: Actor,
  name: string,
  before: StoredSecret | null,
  { value, allowedHosts }: { value: string; allowedHosts: string[] },
): Promise<void> {
  const { tenantId } = actor;
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
}

/** The seal is bound to the value's version, which stays. */
async function changeHosts(
  tx: Tx,
  actor: Actor,
  name: string,
  before: StoredSecret | null,
  allowedHosts: string[],
): Promise<void> {
  const { tenantId } = actor;
  const needed = (detail: string) => new AppError('input/invalid', { errors: [{ pointer: '/value', detail }] });
  if (before === null) throw needed('There is no secret of this name yet: it needs a value');
  const further = allowedHosts.filter((host) => !mayGoTo(before.allowed_hosts, { host }));
  if (further.length > 0) throw needed(`Give the value again to let it go to ${further.join(', ')}`);
  const [by, byName] = [credentialId(actor), actor.name];
  await tx.$executeRaw`
    UPDATE workflow_secrets SET allowed_hosts = ${allowedHosts}, updated_at = now_ms(), updated_by = ${by}, updated_by_name = ${byName}
    WHERE tenant_id = ${tenantId} AND name = ${name}`;
  await appendAudit(tx, actor, tenantId, {
    action: 'workflow_secret.narrowed',
    targetKind: 'workflow_secret',
    targetId: name,
    data: { version: before.version, allowed_hosts: allowedHosts },
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

interface StoredSecret {
  version: number;
  fingerprint: string;
  allowed_hosts: string[];
}

/** `lockPeople` lets one change of a tenant through at a time, so that two who store under one name follow one another. */
async function lockSecret(tx: Tx, tenantId: string, name: string): Promise<StoredSecret | null> {
  const [row] = await tx.$queryRaw<StoredSecret[]>`
    SELECT version, fingerprint, allowed_hosts FROM workflow_secrets WHERE tenant_id = ${tenantId} AND name = ${name} FOR UPDATE`;
  return row ?? null;
}
