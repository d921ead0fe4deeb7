import type { ConfigBody, ConfigSections, SectionName } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Identify } from '@/lib/domain/config';
import { NO_HISTORY } from '@/lib/domain/policy';
import type { Tx } from '@/lib/platform/db';
import {
  type AppliedFlags,
  type AskedChange,
  applyFlags,
  assertDistinctFlags,
  assertFlagsApplicable,
  nameOf,
  readFlagRows,
} from '../flags';
import {
  assertDistinctBudgets,
  assertDistinctModels,
  assertDistinctScopes,
  assertSoundRules,
  budgetScopeOf,
  INITIAL_RECORDING,
  readActiveRules,
  readBudgetRows,
  readCostModelRows,
  readLevelRows,
  readRecordingSettings,
  replaceActiveRules,
  replaceBudgets,
  replaceCostModels,
  replaceLevels,
  scopeOf,
  writeRecording,
} from '../policy';

/** A change under way: the transaction holds the tenant's row, and `version` is what the configuration's version rises to. */
export interface Work {
  tx: Tx;
  actor: Actor;
  version: bigint;
  reason: string | null;
  /** What sections leave behind. */
  outcome: { policyVersion: string | null; asked: AskedChange[]; waits: AppliedFlags['waits'] };
}

type Value<Name extends SectionName> = Exclude<ConfigSections[Name], undefined>;

/** A part of the configuration that has a place in the document. */
interface Section<Name extends SectionName> {
  /** What the database says. */
  read: (tx: Tx, tenantId: string) => Promise<Value<Name>>;
  /** What is so where nobody said anything, tidied. */
  initial: unknown;
  /** The same without what goes without saying: nulls and defaults. */
  tidy: (value: Value<Name>) => unknown;
  /** What names the items of its lists, by their path in the section. */
  lists: Readonly<Record<string, (item: Record<string, unknown>) => string>>;
  /** Refuses what no schema sees, with pointers into the document; no query. */
  check: (value: Value<Name>, tenantId: string) => void | Promise<void>;
  /** Refuses what `apply` would refuse because of what is so; writes nothing. Only where something can stand in the way. */
  foresee?: (tx: Tx, tenantId: string, value: Value<Name>) => Promise<void>;
  /** Makes it so, as far as that needs nobody else, and says whether it wrote anything; called only where something differs. */
  apply: (work: Work, value: Value<Name>) => Promise<boolean>;
}

/** Fields without those that are null, or as they are where nothing is said. */
function without(value: object, defaults: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, field]) => field != null && JSON.stringify(field) !== JSON.stringify(defaults[name]),
    ),
  );
}

type Rule = NonNullable<Value<'policy_set'>>['rules'][number];

function tidyRule({ examples, ...rule }: Rule): Record<string, unknown> {
  return without(
    {
      ...rule,
      examples: examples.map(({ name, request, flags, history, expect }) =>
        without({
          name,
          request: without(request, { policy_type: 'cost', payload: {} }),
          flags,
          history: history && without(history, { ...NO_HISTORY }),
          expect,
        }),
      ),
    },
    { priority: 0, tags: [], examples: [] },
  );
}

/** Every part of the configuration, in the order of the document. A row here is how one more gets into it. */
export const SECTIONS: { [Name in SectionName]-?: Section<Name> } = {
  policy_set: {
    read: readActiveRules,
    initial: null,
    tidy: (set) => (set === null ? null : { ...without(set), rules: set.rules.map(tidyRule) }),
    lists: { rules: (rule) => String(rule.rule_id) },
    check: async (set, tenantId) => {
      if (set !== null) await assertSoundRules({ ...set, tenant_id: tenantId }, '/policy_set');
    },
    apply: async ({ tx, actor, version, reason, outcome }, set) => {
      outcome.policyVersion = await replaceActiveRules(tx, actor, version, set, reason);
      return true;
    },
  },
  levels: {
    read: readLevelRows,
    initial: [],
    tidy: (levels) => levels.map((level) => without(level, { min_approvals: 1, escalate_then: [] })),
    lists: { '': scopeOf },
    check: assertDistinctScopes,
    apply: async ({ tx, actor }, levels) => {
      await replaceLevels(tx, actor, levels);
      return true;
    },
  },
  budgets: {
    read: readBudgetRows,
    initial: [],
    tidy: (budgets) => budgets.map((budget) => without(budget)),
    lists: { '': (budget) => budgetScopeOf(budget as unknown as Value<'budgets'>[number]) },
    check: assertDistinctBudgets,
    apply: async ({ tx, actor }, budgets) => {
      await replaceBudgets(tx, actor, budgets);
      return true;
    },
  },
  cost_models: {
    read: readCostModelRows,
    initial: [],
    tidy: (models) => models.map((model) => without(model, { rates: [] })),
    // What a model costs is the sum of its rates, but a version says them in an order, so another order is another version.
    lists: { '': (model) => String(model.skill_id) },
    check: assertDistinctModels,
    apply: ({ tx, actor }, models) => replaceCostModels(tx, actor, models),
  },
  flags: {
    read: readFlagRows,
    initial: [],
    tidy: (flags) => flags.map((flag) => without(flag)),
    lists: { '': (flag) => nameOf({ environment: 'production', ...flag } as { environment: string; key: string }) },
    check: assertDistinctFlags,
    foresee: assertFlagsApplicable,
    apply: async ({ tx, actor, version, reason, outcome }, flags) => {
      const { changed, asked, waits } = await applyFlags({ tx, actor, version: version - 1n, reason }, flags);
      outcome.asked.push(...asked);
      outcome.waits.push(...waits);
      return changed;
    },
  },
  recording: {
    read: readRecordingSettings,
    initial: INITIAL_RECORDING,
    tidy: (recording) => recording,
    lists: {},
    check: () => {},
    apply: async ({ tx, actor }, recording) => {
      await writeRecording(tx, actor, recording);
      return true;
    },
  },
};

export const SECTION_NAMES = Object.keys(SECTIONS) as SectionName[];

/** What names the items of the lists of the whole document. */
export const identifyItems: Identify = ([section, ...inside]) => {
  if (section === undefined || !Object.hasOwn(SECTIONS, section)) return null;
  return SECTIONS[section as SectionName].lists[inside.join('/')] ?? null;
};

/** One section's functions, with the types that belong together put aside: the name says which value it is. */
interface AnySection {
  read: (tx: Tx, tenantId: string) => Promise<unknown>;
  initial: unknown;
  tidy: (value: unknown) => unknown;
  check: (value: unknown, tenantId: string) => void | Promise<void>;
  foresee?: (tx: Tx, tenantId: string, value: unknown) => Promise<void>;
  apply: (work: Work, value: unknown) => Promise<boolean>;
}

export function sectionNamed(name: SectionName): AnySection {
  return SECTIONS[name] as unknown as AnySection;
}

/** The sections that a document speaks of. */
export function sectionsOf(body: ConfigBody): SectionName[] {
  return SECTION_NAMES.filter((name) => body[name] !== undefined);
}

/** A document's sections without what goes without saying. */
export function tidyBody(body: ConfigBody): Record<string, unknown> {
  return Object.fromEntries(sectionsOf(body).map((name) => [name, sectionNamed(name).tidy(body[name])]));
}
