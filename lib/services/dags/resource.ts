import { DagDocument, type DagFault, type DagResource, type DagSummary } from '@/lib/contracts';
import { writeYaml } from '@/lib/platform/yaml';
import { lintOf } from './plan';
import { prepareDag } from './prepare';
import { toDefinition } from './to-definition';
import { warningsOf } from './warnings';

/** What a list shows of a version. */
export interface SummaryRow {
  tenantId: string;
  name: string;
  version: number;
  description: string | null;
  tasks: number;
  checkpoints: number;
  risky: number;
  createdAt: Date;
  createdBy: string;
  createdByName: string;
}

/** A version as the database has it. */
export interface DagRow extends SummaryRow {
  definition: unknown;
  digest: string;
  source: string | null;
}

/** Where editors find the schema: under the address of the console. */
const SCHEMA = '/dag.schema.json';

export function toSummary(row: SummaryRow): DagSummary {
  return {
    name: row.name,
    version: row.version,
    tenant_id: row.tenantId,
    description: row.description,
    tasks: row.tasks,
    checkpoints: row.checkpoints,
    risky: row.risky,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    created_by_name: row.createdByName,
  };
}

/** A version as every endpoint returns it, with what this build would find wrong with it. */
export async function toResource(row: DagRow, consoleUrl: string): Promise<DagResource> {
  const document = row.definition as DagDocument;
  const { faults = [], document: sound } = await prepareDag(document);
  return {
    ...toSummary(row),
    definition: document,
    yaml: toYaml(row, consoleUrl),
    faults: faults satisfies DagFault[],
    warnings: sound === undefined ? [] : await warningsOf(row.tenantId, sound),
    lint: lintOf(toDefinition(document)),
  };
}

/** A version as YAML: as it was written, else made from what it says. */
export function toYaml({ source, definition }: Pick<DagRow, 'source' | 'definition'>, consoleUrl: string): string {
  if (source !== null) return source;
  const schema = new URL(SCHEMA, consoleUrl).href;
  // The database keeps members in an order of its own; the schema has the one in which people write them.
  const ordered = DagDocument.safeParse(definition);
  return writeYaml(tidy(ordered.data ?? (definition as DagDocument)), ` yaml-language-server: $schema=${schema}`);
}

/** A document without what goes without saying; whose it is is no part of it. */
export function tidy({ tasks, tenant_id: _, ...rest }: DagDocument): Record<string, unknown> {
  return { ...without(rest), tasks: tasks.map(tidyTask) };
}

function tidyTask({ inputs, ...task }: DagDocument['tasks'][number] & { inputs?: unknown }): Record<string, unknown> {
  const defaults = {
    depends_on: [],
    params: {},
    retries: 0,
    backoff_seconds: 1,
    required_signers: [],
    on_reject: 'fail',
  };
  return {
    ...without(task, defaults),
    ...(inputs == null ? {} : { inputs: without(inputs, { type: 'object', required: [] }) }),
  };
}

function without(value: object, defaults: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, field]) => field != null && JSON.stringify(field) !== JSON.stringify(defaults[name]),
    ),
  );
}
