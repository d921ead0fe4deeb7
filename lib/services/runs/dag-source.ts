import type { StartRunBody } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { inTenant } from '@/lib/platform/db';
import { type Brought, bringDag, findDag, prepareDag } from '../dags';

/**
 * The definition that a call means: the one that it brings along, or a kept one, which is checked again, as what
 * it names may have gone since it was kept. An older version than the newest is for who may write definitions: what has been added to it
 * since may be a guard (docs/decisions/0033).
 * @throws AppError `input/invalid` with every fault; `dag/not-found`; `dag/kept` and
 *   `access/forbidden` for one that may not be run or brought.
 */
export async function readDagFor(actor: Actor, body: StartRunBody): Promise<Brought> {
  return body.dag != null ? bringDag(actor, body.dag) : readKept(actor, body);
}

async function readKept(actor: Actor, { dag_name: name, dag_version: version }: StartRunBody): Promise<Brought> {
  if (name == null) throw new AppError('dag/not-found');
  const [kept, newest] = await inTenant(actor, async (tx) => {
    const asked = await findDag(tx, actor.tenantId, name, version ?? null);
    return [asked, version == null ? asked : await findDag(tx, actor.tenantId, name)];
  });
  if (kept === null) throw new AppError('dag/not-found');
  if (kept.digest !== newest?.digest && !can(actor, 'policy:manage')) {
    throw new AppError('dag/kept', { detail: `Version ${kept.version} of ${kept.name} is not its newest.` });
  }
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
