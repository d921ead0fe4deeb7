import type { DagFault, LintDagBody, LintReport } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { isAppError } from '@/lib/domain/errors';
import { type Place, parseYaml } from '@/lib/platform/yaml';
import { checkpointsOf, lintOf, planFor } from './plan';
import { prepareDag } from './prepare';
import { warningsOf } from './warnings';

/** What was sent, and where in its text the parts are; or why the text is none. */
type Read = { value: unknown; locate: (pointer: string) => Place | null } | { faults: DagFault[] };

/**
 * What is wrong with a definition, which of its risks nobody guards at that level, and what a run of it would do. Keeps nothing. A fault is an
 * answer here, not a refusal: also that of a text which is no YAML.
 */
export async function lintDag(
  { tenantId }: Pick<Actor, 'tenantId'>,
  { dag, yaml, min_level: minLevel, rejected }: LintDagBody,
): Promise<LintReport> {
  const read: Read = yaml === undefined ? { value: dag, locate: () => null } : readYaml(yaml);
  if ('faults' in read) return unsound(null, read.faults);
  const placed = (fault: DagFault) => ({ ...fault, ...(read.locate(fault.pointer) ?? {}) });
  const prepared = await prepareDag(read.value);
  if (prepared.faults !== undefined) {
    return unsound(nameOf(read.value), prepared.faults.map(placed));
  }
  const { definition, document } = prepared;
  const warnings = (await warningsOf(tenantId, document)).map(placed);
  const checkpoints = checkpointsOf(definition);
  const { plan, status, reason } = planFor(
    definition,
    rejected.filter((name) => checkpoints.has(name)),
  );
  return { name: definition.name, faults: [], warnings, lint: lintOf(definition, minLevel), plan, status, reason };
}

function unsound(name: string | null, faults: DagFault[]): LintReport {
  return { name, faults, warnings: [], lint: [], plan: [], status: null, reason: null };
}

function nameOf(value: unknown): string | null {
  const { name } = (value ?? {}) as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, 200) : null;
}

function readYaml(text: string): Read {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { faults: error.errors ?? [{ pointer: '', detail: error.message }] };
  }
}
