import type { RuleOutcome } from '@/lib/domain/policy';
import { askCondition as ask } from '@/lib/platform/cel';

export { type Brought, bringDag } from './bring-dag';
export { findDag, getDag, listDags, listDagVersions, putDag, type VersionedDag } from './dags';
export { lintDag } from './lint-dag';
export { planFor } from './plan';
export { type Prepared, prepareDag, type Sound } from './prepare';

/** What the condition of a task says of what the task receives. Never throws: what goes wrong is its outcome. */
export function askCondition(when: string, params: Readonly<Record<string, unknown>>, tenantId: string): RuleOutcome {
  return ask(when, { params, tenant: { id: tenantId } });
}
