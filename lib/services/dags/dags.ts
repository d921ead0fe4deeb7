import { z } from 'zod';
import { type DagDocument, DagName, type DagResource, type DagSummary, type PageQuery } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError, type InputFault } from '@/lib/domain/errors';
import { sha256Hex } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, inTenant, lockPeople, type Tx } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { commentsOf } from '@/lib/platform/yaml';
import { decodeCursor, encodeCursor } from '@/lib/services/paging';
import { checkpointsOf, countRisks } from './plan';
import { type Prepared, prepareDag, type Sound } from './prepare';
import { type DagRow, type SummaryRow, tidy, toResource, toSummary, toYaml } from './resource';
import { fromStored, toStored } from './to-definition';

export interface VersionedDag {
  resource: DagResource;
  /** The version as an entity tag (RFC 9110 §8.8.3). */
  etag: string;
}

/** The places behind a name, and behind a version. */
const NamePosition = DagName;
const VersionPosition = z.int().min(1).max(2_147_483_647);
/** As wide as the column. */
const MAX_VERSION = 2_147_483_647;

/** A page of the actor's tenant's definitions by name, each in its newest version. */
export async function listDags(
  actor: Actor,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: DagSummary[]; next_cursor: string | null }> {
  const after = decodeCursor(NamePosition, cursor) ?? '';
  const rows = await inTenant(
    actor,
    (tx) => tx.$queryRaw<SummaryRow[]>`
      SELECT DISTINCT ON (name) tenant_id AS "tenantId", name, version, description, tasks, checkpoints, risky, created_at AS "createdAt",
        created_by AS "createdBy", created_by_name AS "createdByName"
      FROM dag_definitions WHERE tenant_id = ${actor.tenantId} AND name > ${after}
      ORDER BY name, version DESC LIMIT ${limit + 1}`,
  );
  return toPage(rows, limit, ({ name }) => name);
}

/**
 * A page of the versions of a definition, newest first.
 * @throws AppError `dag/not-found`.
 */
export async function listDagVersions(
  actor: Actor,
  name: string,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: DagSummary[]; next_cursor: string | null }> {
  const before = decodeCursor(VersionPosition, cursor);
  if (!isName(name)) throw new AppError('dag/not-found');
  const rows = await inTenant(actor, async (tx) => {
    const found = await tx.dagDefinition.findMany({
      where: { tenantId: actor.tenantId, name, ...(before === null ? {} : { version: { lt: before } }) },
      omit: { definition: true, source: true, digest: true },
      orderBy: { version: 'desc' },
      take: limit + 1,
    });
    if (found.length === 0 && before === null) throw new AppError('dag/not-found');
    return found;
  });
  return toPage(rows, limit, ({ version }) => version);
}

function toPage(rows: readonly SummaryRow[], limit: number, positionOf: (row: SummaryRow) => unknown) {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    data: page.map(toSummary),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  };
}

/**
 * A version of a definition; the newest where none is named.
 * @throws AppError `dag/not-found`.
 */
export async function getDag(actor: Actor, name: string, version: number | null = null): Promise<VersionedDag> {
  const row = await inTenant(actor, (tx) => findDag(tx, actor.tenantId, name, version));
  if (row === null) throw new AppError('dag/not-found');
  return toVersioned(row);
}

/** Whether anything could be called so: what could not is answered like what is missing. */
function isName(name: string): boolean {
  return DagName.safeParse(name).success;
}

/** A version of a definition as the database has it, the newest where none is named; null when there is none. */
export async function findDag(
  tx: Tx,
  tenantId: string,
  name: string,
  version: number | null = null,
): Promise<DagRow | null> {
  if (!isName(name) || (version !== null && version > MAX_VERSION)) return null;
  const row = await tx.dagDefinition.findFirst({
    where: { tenantId, name, ...(version === null ? {} : { version }) },
    orderBy: { version: 'desc' },
  });
  return row === null ? null : toDagRow(row);
}

/**
 * Writes a definition as its next version, unless the newest says the same: then that is the answer. Versions never change, so runs that
 * are under way are not touched.
 * @throws AppError `input/invalid` with every fault; `dag/changed` (412) where `call.ifMatch` was sent; `access/forbidden` when the
 *   credential has ended.
 */
export async function putDag(
  actor: Actor,
  name: string,
  { sent, source }: { sent: unknown; source: string | null },
  call: Call,
): Promise<VersionedDag> {
  const { definition, document } = assertSound(await prepareDag(sent), namedAs(sent, name));
  const { tenant_id: _, ...kept } = document;
  const row = await inTenant(actor, async (tx) => {
    // One change of a tenant's configuration at a time, so that versions follow one another.
    await lockPeople(tx, actor, null);
    const newest = await findDag(tx, actor.tenantId, name);
    assertUnchanged(call, newest);
    const digest = digestOf(kept);
    if (newest !== null && isSame(newest, digest, source)) return newest;
    const made = await tx.dagDefinition.create({
      data: {
        tenantId: actor.tenantId,
        name,
        version: (newest?.version ?? 0) + 1,
        definition: toStored(kept),
        digest,
        source,
        description: kept.description ?? null,
        tasks: kept.tasks.length,
        checkpoints: checkpointsOf(definition).size,
        risky: countRisks(definition),
        createdAt: await databaseNow(tx),
        createdBy: credentialId(actor),
        createdByName: actor.name,
      },
    });
    const { version, tasks, risky } = made;
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'dag.written',
      targetKind: 'dag',
      targetId: name,
      data: { version, tasks, risky, digest },
    });
    return toDagRow(made);
  });
  return toVersioned(row);
}

/** The digest of what a document says, whoever says it and in whatever order; only the order of a form’s fields says something. */
export function digestOf(document: DagDocument): string {
  return `sha256:${sha256Hex(canonicalJson(tidy(toStored(document))))}`;
}

/** A row as it is read: its definition with the fields of its forms in the order of their author. */
function toDagRow<Row extends { definition: unknown }>(row: Row): Row & { definition: DagDocument } {
  return { ...row, definition: fromStored(row.definition) };
}

/**
 * What was prepared, where nothing is wrong with it.
 * @throws AppError `input/invalid` with all faults, their pointers behind `root`.
 */
export function assertSound(prepared: Prepared, others: readonly InputFault[] = [], root = ''): Sound {
  const faults = [...others, ...(prepared.faults ?? [])];
  if (faults.length === 0 && prepared.faults === undefined) return prepared;
  const errors = faults.map(({ pointer, ...fault }) => ({ ...fault, pointer: `${root}${pointer}` }));
  throw new AppError('input/invalid', { errors });
}

/** The name in a document is that of its address. */
function namedAs(sent: unknown, name: string): InputFault[] {
  const said = (sent as { name?: unknown }).name;
  return typeof said !== 'string' || said === name ? [] : [{ pointer: '/name', detail: `The address names ${name}` }];
}

function assertUnchanged({ ifMatch }: Call, newest: DagRow | null): void {
  if (ifMatch === null) return;
  if (ifMatch === '*' ? newest === null : newest === null || ifMatch !== tagOf(newest)) {
    throw new AppError('dag/changed');
  }
}

/** Whether nothing would be new: the same meaning, and no comment that is not there already. */
function isSame(newest: DagRow, digest: string, source: string | null): boolean {
  if (newest.digest !== digest) return false;
  if (source === null) return true;
  const before = commentsOf(toYaml(newest, env().NEXTAUTH_URL));
  const now = commentsOf(source);
  return now.length === 0 || JSON.stringify(now) === JSON.stringify(before);
}

function tagOf({ version }: DagRow): string {
  return `"${version}"`;
}

async function toVersioned(row: DagRow): Promise<VersionedDag> {
  return { resource: await toResource(row, env().NEXTAUTH_URL), etag: tagOf(row) };
}
