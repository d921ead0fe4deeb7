import type { StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { inTenant } from '@/lib/platform/db';
import { type Brought, bringDag, findDag, prepareDag } from '../dags';

/**
 * The definition that a call means: the one that it brings along, or a kept one, which is checked again, as what it names may have gone
 * since it was kept.
 * @throws AppError `input/invalid` with every fault; `dag/not-found`; `dag/kept` and `access/forbidden` for one that may not be brought.
 */
export async function readDagFor(
  actor: Actor,
  { dag, dag_name: name, dag_version: version }: StartRunBody,
): Promise<Brought> {
  if (dag != null) return bringDag(actor, dag);
  const kept = name == null ? null : await inTenant(actor, (tx) => findDag(tx, actor.tenantId, name, version ?? null));
  if (kept === null) throw new AppError('dag/not-found');
  const prepared = await prepareDag(kept.definition);
  if (prepared.faults !== undefined) {
    const errors = prepared.faults.map(({ detail }) => ({ pointer: '/dag_name', detail }));
    throw new AppError('input/invalid', {
      detail: `Version ${kept.version} of ${kept.name} cannot run any more.`,
      errors,
    });
  }
  return { definition: prepared.definition, version: kept.version };
}
