import type { PolicySetBody, RuleBody, RuleWarning } from '@/lib/contracts';
import { AppError, isAppError } from '@/lib/domain/errors';
import { NO_HISTORY, type RuleOutcome } from '@/lib/domain/policy';
import {
  agree,
  type Ended,
  type Examined,
  examineApart,
  type FieldRead,
  fitTogether,
  type RuleInput,
} from '@/lib/platform/cel';
import { perProcess } from '@/lib/platform/process-wide';
import { asStated } from './cost';
import { toRuleCost } from './rule-input';

/** What one rule came to: faults refuse it, warnings do not. Pointers begin at the rule. */
export interface RuleReport {
  faults: RuleWarning[];
  warnings: RuleWarning[];
  examples: { name: string; expect: boolean; result: boolean | null; error: string | null }[];
}

/** Sets whose warnings are remembered. A set never changes, and people look at few of them. */
const MAX_SETS = 100;

/** An example says nothing of the time, or of who asks: it is tried on a Monday noon. */
const EXAMPLE_NOW_MS = Date.UTC(2026, 0, 5, 12);

/**
 * Checks a rule as it is when it is saved: what its effect allows, the size, syntax and types of its condition, and its examples on two
 * engines. In a thread of its own, which is ended when that takes longer than 100 ms.
 * @throws AppError `service/unavailable` when too many rules are being checked.
 */
export async function checkRule(rule: RuleBody, tenantId: string): Promise<RuleReport> {
  const [report] = await checkRules([rule], tenantId);
  if (report === undefined) throw new Error('One rule has one report');
  return report;
}

/** Checks rules as `checkRule` does, in order. After three that take too long the rest is not looked at. */
async function checkRules(rules: readonly RuleBody[], tenantId: string): Promise<RuleReport[]> {
  const found = await examineRules(rules, tenantId);
  return rules.map((rule, index) => reportOn(rule, found[index]));
}

function examineRules(rules: readonly RuleBody[], tenantId: string) {
  const drafts = rules.map((rule) => ({ when: rule.when, inputs: rule.examples.map((one) => inputOf(one, tenantId)) }));
  return examineApart(tenantId, drafts);
}

/**
 * What is worth a look in the rules of a set that has been saved, with pointers into it. Its examples are not tried again. It is advice: null
 * where too many drafts are being judged to look for it.
 */
export async function findWarnings(
  set: string,
  rules: readonly RuleBody[],
  tenantId: string,
): Promise<RuleWarning[] | null> {
  const known = remembered().get(set);
  if (known !== undefined) return known;
  const drafts = rules.map(({ when }) => ({ when, inputs: [] }));
  const found = await examineApart(tenantId, drafts).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'service/unavailable') return null;
    throw error;
  });
  if (found === null) return null;
  const warnings = rules.flatMap((rule, index) => warningsAt(rule, index, found[index]));
  rememberWarnings(set, warnings);
  return warnings;
}

/** Remembers what is worth a look in a set that has just been checked and saved. */
export function rememberWarnings(set: string, warnings: RuleWarning[]): void {
  const known = remembered();
  if (known.size >= MAX_SETS) known.clear();
  known.set(set, warnings);
}

function remembered(): Map<string, RuleWarning[]> {
  return perProcess('rule-warnings', () => new Map());
}

function warningsAt(rule: RuleBody, index: number, examined: Examined | Ended | undefined): RuleWarning[] {
  if (typeof examined !== 'object' || !examined.checked.ok) return [];
  return warningsOf(rule, examined.checked.fields).map(within(index));
}

function within(index: number): (found: RuleWarning) => RuleWarning {
  return (found) => ({ ...found, pointer: `/rules/${index}${found.pointer}` });
}

function reportOn(rule: RuleBody, examined: Examined | Ended | undefined): RuleReport {
  const report: RuleReport = { faults: faultsOfEffect(rule), warnings: [], examples: [] };
  if (examined === undefined) return report;
  if (examined === 'too slow') {
    const detail = 'Trying this takes longer than 100 ms';
    report.faults.push({ pointer: '/when', detail, position: { start: 0, end: rule.when.length } });
    return report;
  }
  const { checked, answers } = examined;
  if (!checked.ok) {
    const { message, start, end } = checked.fault;
    report.faults.push({ pointer: '/when', detail: message, position: { start, end } });
    return report;
  }
  report.warnings = warningsOf(rule, checked.fields);
  for (const [index, example] of rule.examples.entries()) {
    const answer = answers[index];
    if (answer !== undefined) judgeExample(example, index, answer, report);
  }
  return report;
}

function faultsOfEffect(rule: RuleBody): RuleWarning[] {
  if (rule.effect === 'require_approval') return [];
  return (['level', 'min_approvals', 'expires_in_seconds'] as const)
    .filter((name) => rule[name] != null)
    .map((name) => ({ pointer: `/${name}`, detail: 'Only a rule that requires approval has it', position: null }));
}

/** What is worth a look in a rule whose condition has been checked. */
function warningsOf(rule: RuleBody, fields: readonly FieldRead[]): RuleWarning[] {
  const absent = fields.map(({ path, start, end }) => ({
    pointer: '/when',
    detail: `Where ${path} is absent the rule counts as matched; ask has(${path}) first if it should not`,
    position: { start, end },
  }));
  const untried = { pointer: '/examples', detail: 'Nothing shows that the rule does what it should', position: null };
  return [...(rule.effect === 'allow' ? [] : absent), ...(rule.examples.length === 0 ? [untried] : [])];
}

/** Notes what an example came to: it must be what the rule's author expects, on both engines. */
function judgeExample(
  { name, expect }: RuleBody['examples'][number],
  index: number,
  { first, second }: Examined['answers'][number],
  report: RuleReport,
): void {
  const error = typeof first === 'object' ? first.error : null;
  report.examples.push({ name, expect, result: typeof first === 'object' ? null : first, error });
  const fault = (detail: string) => report.faults.push({ pointer: `/examples/${index}`, detail, position: null });
  if (first !== expect) {
    fault(`The example “${name}” should ${expect ? 'match' : 'not match'}, and ${describe(first)}`);
  } else if (!agree(first, second)) {
    fault(
      `Two engines do not agree on the example “${name}”: here it ${describe(first)}, on the other it ${describe(second)}`,
    );
  }
}

function describe(outcome: RuleOutcome): string {
  if (typeof outcome === 'object') return `fails: ${outcome.error}`;
  return outcome ? 'matches' : 'does not match';
}

/** What an example says, as the variables of a rule. */
function inputOf(
  { request, flags = {}, history = NO_HISTORY }: RuleBody['examples'][number],
  tenantId: string,
): RuleInput {
  return {
    request: { ...request, agent_id: request.agent_id ?? '' },
    cost: toRuleCost(asStated(request.payload).band),
    actor: { id: '', name: '', role: '', level: 0, via: 'api_key' },
    tenant: { id: tenantId },
    flags,
    history,
    now: EXAMPLE_NOW_MS,
  };
}

/**
 * Checks all rules of a set, each by itself and how long they take together. Pointers begin with `root`, where the set is a part of something.
 * @returns what is worth a look in them, with pointers into the set.
 * @throws AppError `input/invalid` with a pointer for every fault, and its position in the expression; `service/unavailable` when too many
 * rules are being checked.
 */
export async function assertSoundRules(
  { rules, tenant_id: tenantId }: PolicySetBody,
  root = '',
): Promise<RuleWarning[]> {
  const examined = await examineRules(rules, tenantId);
  const faults: RuleWarning[] = [];
  const seen = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const earlier = seen.get(rule.rule_id);
    seen.set(rule.rule_id, index);
    const twice = { pointer: '/rule_id', detail: `Rule ${earlier} has this id already`, position: null };
    faults.push(
      ...[...(earlier === undefined ? [] : [twice]), ...reportOn(rule, examined[index]).faults].map(within(index)),
    );
  }
  const loads = examined.flatMap((one) => (typeof one === 'object' ? (one.load ?? []) : []));
  if (!fitTogether(loads)) {
    faults.push({
      pointer: '/rules',
      detail: 'Together these rules would take too long on a common request',
      position: null,
    });
  }
  if (faults.length === 0) return rules.flatMap((rule, index) => warningsAt(rule, index, examined[index]));
  throw new AppError('input/invalid', {
    errors: faults.map(({ position, pointer, detail }) => ({
      pointer: `${root}${pointer}`,
      detail,
      ...(position === null ? {} : { position }),
    })),
  });
}
