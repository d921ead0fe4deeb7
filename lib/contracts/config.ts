import { z } from 'zod';
import { BudgetRow } from './budgets';
import { CostModelRows } from './cost-models';
import { FlagRow } from './flags';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { LevelRow } from './policy';
import { RecordingSettings } from './policy-records';
import { PolicySetBody } from './policy-sets';
import { Prose, TenantId, Timestamp } from './scalars';

/** A tenant's configuration as one document. A section that is left out stays as it is. */
export const ConfigBody = z.strictObject({
  tenant_id: TenantId.optional(),
  policy_set: PolicySetBody.omit({ tenant_id: true })
    .nullable()
    .optional()
    .meta({ description: 'The rules that decide; null: no rules decide' }),
  levels: z.array(LevelRow).max(500).optional(),
  budgets: z
    .array(BudgetRow.omit({ budget_id: true }))
    .max(200)
    .optional(),
  cost_models: CostModelRows.optional(),
  flags: z.array(FlagRow).max(500).optional(),
  recording: RecordingSettings.optional(),
});
export type ConfigBody = z.output<typeof ConfigBody>;
export type ConfigSections = Omit<ConfigBody, 'tenant_id'>;
export type SectionName = keyof ConfigSections;

const Path = z.string().meta({
  description: 'A JSON pointer in which items of a list stand under their name',
  examples: ['/policy_set/rules/transfer-over-1k/level'],
});

export const ConfigDifferences = z.object({
  section: z.string(),
  added: z.array(z.object({ path: Path, after: z.json() })),
  changed: z.array(z.object({ path: Path, before: z.json(), after: z.json() })),
  removed: z.array(z.object({ path: Path, before: z.json() })),
});
export type ConfigDifferences = z.output<typeof ConfigDifferences>;

export const ConfigReport = z.object({
  tenant_id: TenantId,
  dry_run: z.boolean(),
  sections: z.array(ConfigDifferences).meta({ description: 'The sections that differ from what was so' }),
  policy_version: z.string().nullable().meta({ description: 'The version of the rules that this made active' }),
  pending: z
    .array(z.object({ flag: z.string(), environment: z.string(), request_id: z.string() }))
    .meta({ description: 'Changes of flags that wait for somebody else’s approval' }),
});
export type ConfigReport = z.output<typeof ConfigReport>;

export const ConfigDrift = z.object({
  tenant_id: TenantId,
  file: z.string().nullable().meta({ description: 'The file that the database is compared with; null: there is none' }),
  checked_at: Timestamp.nullable(),
  fault: z.string().nullable().meta({ description: 'Why the file could not be compared' }),
  sections: z.array(z.object({ section: z.string(), differences: z.int(), paths: z.array(Path) })),
});
export type ConfigDrift = z.output<typeof ConfigDrift>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const getConfig = defineOperation({
  id: 'getConfig',
  method: 'GET',
  path: '/api/v1/config',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read the whole configuration as one YAML document',
  description:
    'With the comments and the order of the document that was applied last, as far as it is still so. It never holds a secret. The ETag is what `If-Match` of the PUT takes.',
  query: TenantQuery,
  response: z.string(),
  responseKind: 'yaml',
});

export const putConfig = defineOperation({
  id: 'putConfig',
  method: 'PUT',
  path: '/api/v1/config',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Apply a whole configuration: all of it or nothing',
  description:
    'YAML 1.2 (`application/yaml`) or JSON. A section that is left out stays as it is; what is left out of a section goes. Rules that differ become a new version, which decides at once: that needs `reason` and, in the console, a sign-in not older than five minutes. What flags may not do alone waits, and is named in `pending`. With `dry_run=true` it only says what would change, or refuses what could not be applied: a flag of which another change waits (409 `flag/change-pending`, with its `pending_request_id`) as well as what is invalid.',
  query: TenantQuery.extend({
    dry_run: z.enum(['true', 'false']).default('false'),
    reason: Prose.optional(),
  }),
  body: ConfigBody,
  bodyKind: 'yaml',
  bodyLimits: RULES_BODY_LIMITS,
  response: ConfigReport,
  ifMatch: 'optional',
  example: {
    levels: [{ level: 3 }, { skill_id: 'payments.transfer', level: 4, auto_approve_max_cost_cents: 10000 }],
    flags: [{ key: 'large_transfers', environment: 'production', enabled: true, rollout_percentage: 25 }],
  },
});

export const getConfigDrift = defineOperation({
  id: 'getConfigDrift',
  method: 'GET',
  path: '/api/v1/config/drift',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'How the configuration differs from the file that the worker compares it with',
  query: TenantQuery,
  response: ConfigDrift,
});
