import type { DagDocument } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import type { DagDefinition } from '@/lib/domain/run';
import { inTenant } from '@/lib/platform/db';
import { assertSound, digestOf, findDag } from './dags';
import { prepareDag } from './prepare';

/** How a task's params name a secret of the tenant. */
const SECRET = '$secret';

export interface Brought {
  definition: DagDefinition;
  /** The version that says the same, where its newest one is kept; null for what is kept nowhere. */
  version: number | null;
}

/**
 * A definition that comes with the run it is for. Who may start runs may bring one along, but not to get around what is kept: under the name
 * of a kept definition only its newest version runs, and what uses the tenant's secrets is kept, both unless the actor may write
 * definitions (docs/decisions/0033).
 * @throws AppError `input/invalid` with every fault behind `root`; `dag/kept`, `access/forbidden` (403).
 */
export async function bringDag(actor: Actor, sent: unknown, root = '/dag'): Promise<Brought> {
  const { definition, document } = assertSound(await prepareDag(sent), [], root);
  const kept = await inTenant(actor, (tx) => findDag(tx, actor.tenantId, document.name));
  if (kept !== null && kept.digest === digestOf(document)) return { definition, version: kept.version };
  if (!can(actor, 'policy:manage')) {
    if (kept !== null) throw new AppError('dag/kept', { detail: `${document.name} is kept, and says something else.` });
    if (namesSecrets(document)) {
      const detail = 'What uses the tenant’s secrets has to be kept by somebody who manages policy.';
      throw new AppError('access/forbidden', { detail });
    }
  }
  return { definition, version: null };
}

/** Whether any task's params name a secret, at whatever depth; bodies are bounded in theirs. */
function namesSecrets({ tasks }: DagDocument): boolean {
  const open: unknown[] = tasks.map(({ params }) => params);
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value) && Object.hasOwn(value, SECRET)) return true;
    open.push(...Object.values(value));
  }
  return false;
}
