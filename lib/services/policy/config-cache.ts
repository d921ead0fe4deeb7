import { prepareSet } from '@/lib/platform/cel';
import { nowMs } from '@/lib/platform/clock';
import {
  findCostModels,
  findPeople,
  findPolicyConfig,
  listBudgetUsage,
  listTenantVersions,
  type People,
  type PolicyConfig,
  type RuleSet,
} from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { perProcess } from '@/lib/platform/process-wide';
import { addToHistory, type KeptHistory, looksAtHistory, type NewRequest, readHistory } from './history';
import { setName } from './set-name';

/** What is activated or stopped elsewhere answers here within a second. */
const REFRESH_MS = 500;
/** While new rules are compiled the ones before answer, for no longer than this after they have been replaced. */
const REPLACED_FOR_MS = 1000;
/** A configuration that has waited for its rules to be compiled is read again, but not for ever. */
const MAX_READS = 3;
/** Unread for this long, the cache is not believed: an emergency stop must not be missed because a listener is silent. */
const STALE_MS = 2000;
/** What was asked for before is counted again after so long, for as long as somebody asks. */
const COUNT_MS = 900;
const COUNT_FOR_MS = 60_000;

interface Entry {
  config: PolicyConfig;
  /** Since when there is another one, at the earliest; null as long as nothing is known of one. It then is only kept for its rules. */
  replacedMs: number | null;
  /** Forgotten at every look at the versions: a second old at most. */
  people: People | null;
  /** Something was approved or settled in this process since what budgets hold was read. */
  isUsageOld: boolean;
  /** Null where no rule looks at it. */
  history: KeptHistory | null;
  counting: Promise<void> | null;
}

/** A reading of a tenant's configuration that is under way. */
interface Reading {
  /** The rules are there, and wait to be compiled. */
  isCompiling: boolean;
  /** Done, or compiling. */
  hasRead: Promise<void>;
  done: Promise<PolicyConfig | null>;
}

interface Cache {
  entries: Map<string, Entry>;
  /** The latest of each tenant, for whoever asks meanwhile. */
  readings: Map<string, Reading>;
  /** What was remembered or forgotten last of each tenant, by its number. */
  latest: Map<string, number>;
  /** The sets that are being compiled, by name: one is never compiled twice at once. */
  compiling: Map<string, Promise<RuleSet>>;
  /** Readings, and changes, are counted: what was read before a change is not remembered. */
  lastNumber: number;
  checkedAtMs: number;
  timer: NodeJS.Timeout | null;
  checking: boolean;
  counting: boolean;
}

function cache(): Cache {
  return perProcess('policy-config', () => ({
    entries: new Map(),
    readings: new Map(),
    latest: new Map(),
    compiling: new Map(),
    lastNumber: 0,
    checkedAtMs: 0,
    timer: null,
    checking: false,
    counting: false,
  }));
}

/**
 * A tenant's policy configuration, at most two seconds old. Null when there is no such tenant. Cached per process; versions are read
 * again every half second, and when that reading is late the cache is read through. It is always one configuration, whole: the new one, or
 * for less than a second after the change, while its rules are compiled, the one before.
 */
export async function getPolicyConfig(tenantId: string): Promise<PolicyConfig | null> {
  const state = cache();
  watchVersions(state);
  const entry = state.entries.get(tenantId);
  if (entry === undefined || nowMs() - state.checkedAtMs >= STALE_MS) return readingOf(state, tenantId).done;
  if (entry.replacedMs === null) return configOf(entry);
  const reading = readingOf(state, tenantId);
  await reading.hasRead;
  const stillHolds = nowMs() - entry.replacedMs < REPLACED_FOR_MS;
  return reading.isCompiling && stillHolds ? configOf(entry) : reading.done;
}

async function configOf(entry: Entry): Promise<PolicyConfig> {
  if (entry.isUsageOld) await readUsage([entry]);
  if (entry.history !== null) {
    entry.history.askedMs = nowMs();
    if (entry.history.askedMs - entry.history.readMs >= STALE_MS) await countAgain(entry);
  }
  return entry.config;
}

/** Reads the configuration from the database, what budgets hold, and what was asked for where a rule looks at that, and remembers it. */
export function readPolicyConfig(tenantId: string): Promise<PolicyConfig | null> {
  return beginReading(cache(), tenantId).done;
}

function readingOf(state: Cache, tenantId: string): Reading {
  return state.readings.get(tenantId) ?? beginReading(state, tenantId);
}

function beginReading(state: Cache, tenantId: string): Reading {
  const { promise: hasRead, resolve: say } = Promise.withResolvers<void>();
  state.lastNumber += 1;
  const number = state.lastNumber;
  const onCompile = () => {
    reading.isCompiling = true;
    say();
  };
  const done = readAndRemember(state, tenantId, number, onCompile).finally(() => {
    reading.isCompiling = false;
    say();
    if (state.readings.get(tenantId) === reading) state.readings.delete(tenantId);
  });
  // Whoever waits for it hears of it; where nobody does, it is not the end of the process.
  done.catch((error: unknown) =>
    logger().warn({ err: error, tenant_id: tenantId }, 'a configuration could not be read'),
  );
  const reading: Reading = { isCompiling: false, hasRead, done };
  state.readings.set(tenantId, reading);
  return reading;
}

async function readAndRemember(
  state: Cache,
  tenantId: string,
  number: number,
  onCompile: () => void,
): Promise<PolicyConfig | null> {
  const config = await readPrepared(state, tenantId, onCompile);
  const isLatest = () => number > (state.latest.get(tenantId) ?? 0);
  if (config === null) {
    if (isLatest()) state.entries.delete(tenantId);
    return null;
  }
  const before = () => state.entries.get(tenantId);
  const history = looksAtHistory(config) ? await readHistory(tenantId, () => before()?.history ?? null) : null;
  config.history = history?.counts ?? null;
  if (isLatest()) {
    state.latest.set(tenantId, number);
    const isUsageOld = before()?.isUsageOld ?? false;
    state.entries.set(tenantId, { config, replacedMs: null, people: null, isUsageOld, history, counting: null });
  }
  return config;
}

/** A tenant's configuration with its rules compiled. What changed while they were is in it. */
async function readPrepared(state: Cache, tenantId: string, onCompile: () => void): Promise<PolicyConfig | null> {
  const known: RuleSet[] = [];
  for (let reads = 1; ; reads += 1) {
    const config = await findPolicyConfig(tenantId);
    if (config === null) return null;
    const readMs = nowMs();
    const before = state.entries.get(tenantId)?.config;
    for (const name of ['active', 'shadow'] as const) {
      const set = config[name];
      if (set === null) continue;
      // A set never changes: one that is there, whose conditions are compiled, goes on.
      const same = [...known, before?.active, before?.shadow].find((other) => other?.version === set.version);
      config[name] = same ?? (await compiled(state, tenantId, set, onCompile));
      known.push(config[name]);
    }
    if (nowMs() - readMs < REFRESH_MS || reads === MAX_READS) return config;
  }
}

/** A set that is compiled, in slices: everybody else goes on meanwhile. */
function compiled(state: Cache, tenantId: string, set: RuleSet, onCompile: () => void): Promise<RuleSet> {
  const name = setName(tenantId, set.version);
  onCompile();
  const known = state.compiling.get(name);
  if (known !== undefined) return known;
  const compiling = prepareSet(set)
    .then(() => set)
    .finally(() => state.compiling.delete(name));
  state.compiling.set(name, compiling);
  return compiling;
}

/**
 * Who may decide in a tenant, at most two seconds old; for counting at creation, which writes nothing if they have changed meanwhile.
 * Decisions look at the members themselves.
 */
export async function getPeople(tenantId: string): Promise<People> {
  const state = cache();
  const entry = state.entries.get(tenantId);
  if (entry?.people && nowMs() - state.checkedAtMs < STALE_MS) return entry.people;
  return readPeople(tenantId);
}

/** Reads who may decide from the database and remembers it. */
export async function readPeople(tenantId: string): Promise<People> {
  const people = await findPeople(tenantId);
  const entry = cache().entries.get(tenantId);
  if (entry !== undefined) entry.people = people;
  return people;
}

/** Forgets what is cached of a tenant in this process: whoever changes its configuration or people calls it after the commit. */
export function forgetTenantConfig(tenantId: string): void {
  const state = cache();
  state.lastNumber += 1;
  state.latest.set(tenantId, state.lastNumber);
  state.readings.delete(tenantId);
  const entry = state.entries.get(tenantId);
  if (entry !== undefined) replace(entry, Number.NEGATIVE_INFINITY);
}

/** Says that there is another configuration since a time at the earliest: this one answers for a second more at most, and then never again. */
function replace(entry: Entry, replacedMs: number): void {
  entry.replacedMs = Math.min(replacedMs, entry.replacedMs ?? replacedMs);
  entry.people = null;
}

/**
 * Says that something drew from a tenant's budgets or was settled: the next evaluation in this process reads what they hold, and the others
 * follow when they next look.
 */
export function noteSpending(tenantId: string): void {
  const entry = cache().entries.get(tenantId);
  if (entry !== undefined && entry.config.budgets.length > 0) entry.isUsageOld = true;
}

/** Says that this process has created a request: rules that count requests count it at once. */
export function noteRequest(request: NewRequest): void {
  const history = cache().entries.get(request.tenantId)?.history;
  if (history) addToHistory(history, request);
}

/** Counts what was asked for again; whoever wants it meanwhile waits for the same answer. */
function countAgain(entry: Entry): Promise<void> {
  entry.counting ??= readHistory(entry.config.tenantId, () => entry.history)
    .then((history) => {
      entry.history = history;
      entry.config = { ...entry.config, history: history.counts };
    })
    .finally(() => {
      entry.counting = null;
    });
  return entry.counting;
}

/** Counts again for the tenants that are asked about, one after the other; what fails here is read through by whoever asks next. */
async function countAll(state: Cache): Promise<void> {
  if (state.counting) return;
  state.counting = true;
  try {
    for (const entry of [...state.entries.values()]) {
      const { history } = entry;
      if (history === null || nowMs() - history.askedMs >= COUNT_FOR_MS || nowMs() - history.readMs < COUNT_MS)
        continue;
      await countAgain(entry);
    }
  } catch (error) {
    logger().warn({ err: error }, 'what was asked for before could not be counted; reading through');
  } finally {
    state.counting = false;
  }
}

/** Reads what the budgets of some tenants hold; asks nothing where there are none. */
async function readUsage(entries: readonly Entry[]): Promise<void> {
  const budgeted = entries.filter(({ config }) => config.budgets.length > 0);
  if (budgeted.length === 0) return;
  // Said before the question: what is approved while it is under way may not be in the answer.
  for (const entry of budgeted) entry.isUsageOld = false;
  const usage = await listBudgetUsage(budgeted.map(({ config }) => config.tenantId)).catch((error: unknown) => {
    for (const entry of budgeted) entry.isUsageOld = true;
    throw error;
  });
  const held = new Map(usage.map((each) => [each.budgetId, each]));
  for (const entry of budgeted) {
    const budgets = entry.config.budgets.map((budget) => {
      const { spentCents = 0, reservedCents = 0 } = held.get(budget.budgetId) ?? {};
      return { ...budget, spentCents, reservedCents };
    });
    entry.config = { ...entry.config, budgets };
  }
}

function watchVersions(state: Cache): void {
  if (state.timer !== null) return;
  state.timer = setInterval(() => void checkVersions(state), REFRESH_MS);
  state.timer.unref();
}

async function checkVersions(state: Cache): Promise<void> {
  if (state.checking || state.entries.size === 0) return;
  state.checking = true;
  const startedMs = nowMs();
  try {
    for (const { tenantId, configVersion, learningVersion } of await listTenantVersions()) {
      const entry = state.entries.get(tenantId);
      if (entry === undefined) continue;
      if (entry.config.configVersion !== configVersion) {
        // At the last look it was the only one. Whoever asks next should not have to wait for it to be compiled.
        replace(entry, state.checkedAtMs);
        readingOf(state, tenantId);
        continue;
      }
      entry.people = null;
      if (entry.config.learningVersion !== learningVersion) await readModels(state, tenantId, entry);
    }
    await readUsage([...state.entries.values()]);
    state.checkedAtMs = startedMs;
    void countAll(state);
  } catch (error) {
    logger().warn({ err: error }, 'the configuration versions could not be read; reading through');
  } finally {
    state.checking = false;
  }
}

/** Only what the models have learnt is read again: the rules stay as they are, compiled. */
async function readModels(state: Cache, tenantId: string, entry: Entry): Promise<void> {
  const found = await findCostModels(tenantId);
  if (state.entries.get(tenantId) !== entry) return;
  if (found?.configVersion !== entry.config.configVersion) replace(entry, state.checkedAtMs);
  else entry.config = { ...entry.config, costModels: found.models, learningVersion: found.learningVersion };
}

/** Stops the watch and forgets everything; for shutdown and tests. */
export function stopConfigCache(): void {
  const state = cache();
  if (state.timer !== null) clearInterval(state.timer);
  state.timer = null;
  state.entries.clear();
  state.readings.clear();
  state.checkedAtMs = 0;
}
