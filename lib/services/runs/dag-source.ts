import type { StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import type { DagDefinition } from '@/lib/domain/run';
import { prepareDag } from '../dags';

/** What a run is to execute; `version` is null where the definition came with the call. */
export interface PreparedDag {
  definition: DagDefinition;
  version: number | null;
}

/**
 * The definition that a call means, checked again: what it names may have gone since it was saved.
 * @throws AppError `input/invalid` with every fault; `dag/not-found`.
 */
export async function readDagFor(
  actor: Actor,
  { dag, dag_name: name, dag_version }: StartRunBody,
): Promise<PreparedDag> {
  if (dag == null) throw new AppError('dag/not-found', { detail: `${actor.tenantId} ${name} ${dag_version}` });
  return { definition: await prepared(dag, '/dag'), version: null };
}

async function prepared(document: unknown, at: string): Promise<DagDefinition> {
  const { definition, faults } = await prepareDag(document);
  if (faults === undefined) return definition;
  throw new AppError('input/invalid', {
    errors: faults.map((fault) => ({ ...fault, pointer: `${at}${fault.pointer}` })),
  });
}
