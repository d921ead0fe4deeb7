import { type StartRunBody, toPointer } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { type DagDefinition, taskNamedBy } from '@/lib/domain/run';
import { inTenant } from '@/lib/platform/db';
import { type Brought, bringDag, findDag, prepareDag } from '../dags';

/**
 * The definition that a call means, for a run with its params: the one that it brings along, or a kept one, which is checked again, as what
 * it names may have gone since it was kept. An older version than the newest is for who may write definitions: what has been added to it
 * since may be a guard (docs/decisions/0033).
 * @throws AppError `input/invalid` with every fault, or with the params that would pass for what a task gave; `dag/not-found`; `dag/kept` and
 *   `access/forbidden` for one that may not be run or brought.
 */
export async function readDagFor(actor: Actor, body: StartRunBody): Promise<Brought> {
  const brought = body.dag != null ? await bringDag(actor, body.dag) : await readKept(actor, body);
  assertOwnParams(brought.definition, body.params);
  return brought;
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

/** A run's params do not speak for its tasks: `<task>__<key>` is what a task gave, or what somebody agreed to. */
function assertOwnParams({ tasks }: DagDefinition, params: Record<string, unknown>): void {
  const ids = new Set(tasks.map(({ id }) => id));
  const errors = Object.keys(params).flatMap((name) => {
    const task = taskNamedBy(name, ids);
    return task === null
      ? []
      : [{ pointer: toPointer(['params', name]), detail: `${task} alone gives what begins with ${task}__` }];
  });
  if (errors.length > 0) throw new AppError('input/invalid', { errors });
}
