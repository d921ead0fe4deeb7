import {
  combineRules,
  type PolicyType,
  type Rule,
  type RuleDefault,
  type RuleOutcome,
  type RuleVerdict,
  speaksFor,
} from '@/lib/domain/policy';
import { inSlices } from '../clock';
import { type Formed, failing } from './forms';
import { askForm, type Bindings, type Condition, compileCondition, type RuleInput, toBindings } from './plan';
import { CLASSES_AHEAD, MAX_WORK } from './work';

/** A set of rules, as far as it decides. What is remembered of it, is remembered of this very object. */
export interface JudgedSet {
  fallback: RuleDefault;
  rules: readonly Rule[];
}

/** A rule with its condition, compiled once for as long as its set is remembered. */
interface Compiled {
  rule: Rule;
  condition: Condition;
}

interface Plan {
  rules: Compiled[];
  /** The rules that can say anything about a type and a skill: `${type} ${skill}`. */
  concerned: Map<string, Candidates>;
}

/** What is asked of a rule for each input: little, and all of a set at one place in memory. */
interface Candidate extends Formed {
  rule: Rule;
  readsCost: boolean;
}

interface Candidates {
  rules: Compiled[];
  /** By the class of the input. */
  inClass: Asked[];
}

/** What can be asked about inputs of a class, and what would take too long beside it. */
interface Asked {
  asked: Candidate[];
  left: Candidate[];
}

/** Skills are named by callers: so many are remembered at a time. */
const MAX_SKILLS = 1000;

/** What a rule says that could not be asked any more. It fails closed as every error does. */
export const TOO_MUCH: RuleOutcome = { error: 'Not evaluated: this request is too large for so many rules' };

const plans = new WeakMap<JudgedSet, Plan>();

/**
 * What a set says to a question; no query, no clock. Takes no longer than `MAX_WORK` steps, whatever the rules and whatever the input: where
 * that would not suffice for all rules, the ones that take longest fail, and fail closed. Which these are follows from the set and from how
 * large the input is, never from how busy the machine is or in which order the rules were written.
 */
export function judge(set: JudgedSet, policyType: PolicyType, input: RuleInput): RuleVerdict {
  const candidates = candidatesOf(planOf(set), policyType, input.request.skill_id);
  return combineRules(ask(candidates, toBindings(input)), set.fallback);
}

interface RuleSaid {
  rule: Rule;
  outcome: RuleOutcome;
  readsCost: boolean;
}

/** What became of the rules that are not false; those that are change nothing. */
function ask(candidates: Candidates, bindings: Bindings): RuleSaid[] {
  const { inputClass } = bindings;
  candidates.inClass[inputClass] ??= withinWork(candidates.rules, inputClass);
  const { asked, left } = candidates.inClass[inputClass];
  const outcomes: RuleSaid[] = [];
  for (const candidate of asked) {
    const outcome = askForm(candidate, bindings);
    if (outcome !== false) outcomes.push({ rule: candidate.rule, outcome, readsCost: candidate.readsCost });
  }
  for (const { rule, readsCost } of left) outcomes.push({ rule, outcome: TOO_MUCH, readsCost });
  return outcomes;
}

function withinWork(rules: readonly Compiled[], inputClass: number): Asked {
  const candidates = (some: readonly Compiled[]): Candidate[] =>
    some.map(({ rule, condition: { form, readsCost } }) => ({ rule, readsCost, step: form.step, own: [...form.own] }));
  const ordered = cheapestFirst(rules, inputClass);
  let work = 0;
  const first = ordered.findIndex(({ condition }) => {
    work += condition.workIn(inputClass);
    return work > MAX_WORK;
  });
  if (first < 0) return { asked: candidates(rules), left: [] };
  return { asked: candidates(ordered.slice(0, first)), left: candidates(ordered.slice(first)) };
}

function cheapestFirst(rules: readonly Compiled[], inputClass: number): Compiled[] {
  return [...rules].sort(
    (a, b) =>
      a.condition.workIn(inputClass) - b.condition.workIn(inputClass) || (a.rule.ruleId < b.rule.ruleId ? -1 : 1),
  );
}

/**
 * The rules that speak for a type of policy and can be anything but false for a skill (`Condition.concerns`). Leaving out the others changes
 * no verdict: a rule that is false is neither matched nor an error.
 */
function candidatesOf(plan: Plan, policyType: PolicyType, skillId: string): Candidates {
  const key = `${policyType} ${skillId}`;
  const known = plan.concerned.get(key);
  if (known !== undefined) return known;
  const rules = plan.rules.filter(({ rule, condition }) => speaksFor(rule, policyType) && condition.concerns(skillId));
  const candidates = { rules, inClass: [] };
  if (plan.concerned.size >= MAX_SKILLS) plan.concerned.clear();
  plan.concerned.set(key, candidates);
  return candidates;
}

/** Whether any rule of a set that decides, or is judged beside, looks at what was asked for before. */
export function readsHistory(set: JudgedSet): boolean {
  return mentionsHistory(set) && planOf(set).rules.some(({ condition }) => condition.readsHistory);
}

/** As `readsHistory`, without compiling anything: yes is maybe. */
export function mentionsHistory({ rules }: JudgedSet): boolean {
  return rules.some(({ when }) => when.includes('history'));
}

/** Compiles a set that has not been asked yet, and was not prepared; `onRule` is told before each of its rules. */
export function planOf(set: JudgedSet, onRule?: () => void): Plan {
  const known = plans.get(set);
  if (known !== undefined) return known;
  const rules = set.rules.map((rule) => {
    onRule?.();
    return { rule, condition: compileSafely(rule.when) };
  });
  return remember(set, rules);
}

/**
 * Compiles a set before anybody asks it, in slices: a thousand rules take seconds, and nobody should wait for them but who asks for this set.
 * Never fails: a rule that this build refuses fails closed.
 */
export async function prepareSet(set: JudgedSet): Promise<void> {
  if (plans.has(set)) return;
  const rules: Compiled[] = [];
  await inSlices(set.rules, (rule) => {
    const condition = compileSafely(rule.when);
    for (let inputClass = 0; inputClass < CLASSES_AHEAD; inputClass += 1) condition.workIn(inputClass);
    rules.push({ rule, condition });
  });
  if (!plans.has(set)) remember(set, rules);
}

/** Compiles, in slices, the conditions of a set that is about to decide: whoever asks it first finds them compiled. */
export function compileAhead(conditions: readonly string[]): Promise<void> {
  return inSlices(conditions, compileSafely);
}

function remember(set: JudgedSet, rules: Compiled[]): Plan {
  const plan = { rules, concerned: new Map() };
  plans.set(set, plan);
  return plan;
}

/** A condition was compiled when it was saved; if this build refuses it, the rule fails closed and says so. */
function compileSafely(when: string): Condition {
  try {
    return compileCondition(when);
  } catch (error) {
    const form = failing(error instanceof Error ? error.message : String(error));
    return {
      ask: (bindings) => askForm(form, bindings),
      form,
      workIn: () => 1,
      concerns: () => true,
      readsCost: true,
      readsHistory: false,
      load: { steps: 1, skills: null },
    };
  }
}
