import type { PolicySetBody, RuleBody, RuleWarning } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import { checkExpression, compileCondition, toBindings } from '@/lib/platform/cel';
import { asStated } from './cost';
import { toRuleCost } from './rule-input';

/** What one rule came to: faults refuse it, warnings do not. Pointers begin at the rule. */
export interface RuleReport {
  faults: RuleWarning[];
  warnings: RuleWarning[];
  examples: { name: string; expect: boolean; result: boolean | null; error: string | null }[];
}

/** An example says nothing of the time, or of who asks: it is tried on a Monday noon. */
const EXAMPLE_NOW_MS = Date.UTC(2026, 0, 5, 12);

/**
 * Checks a rule as it is when it is saved: what its effect allows, the size, syntax and types of its condition, and its examples. Takes no
 * longer than the size of an expression allows (see `checkExpression`).
 */
export function checkRule(rule: RuleBody, tenantId: string): RuleReport {
  const report: RuleReport = { faults: [], warnings: [], examples: [] };
  for (const name of ['level', 'min_approvals', 'expires_in_seconds'] as const) {
    if (rule.effect === 'require_approval' || rule[name] == null) continue;
    report.faults.push({ pointer: `/${name}`, detail: 'Only a rule that requires approval has it', position: null });
  }
  const checked = checkExpression(rule.when);
  if (!checked.ok) {
    const { message, start, end } = checked.fault;
    report.faults.push({ pointer: '/when', detail: message, position: { start, end } });
    return report;
  }
  if (rule.effect !== 'allow') {
    report.warnings = checked.fields.map(({ path, start, end }) => ({
      pointer: '/when',
      detail: `Where ${path} is absent the rule counts as matched; ask has(${path}) first if it should not`,
      position: { start, end },
    }));
  }
  if (rule.examples.length === 0) {
    report.warnings.push({
      pointer: '/examples',
      detail: 'Nothing shows that the rule does what it should',
      position: null,
    });
  }
  tryExamples(rule, tenantId, report);
  return report;
}

function tryExamples(rule: RuleBody, tenantId: string, report: RuleReport): void {
  const condition = compileCondition(rule.when);
  for (const [index, { name, request, flags = {}, expect }] of rule.examples.entries()) {
    const outcome = condition(
      toBindings({
        request: { ...request, agent_id: request.agent_id ?? '' },
        cost: toRuleCost(asStated(request.payload).band),
        actor: { id: '', name: '', role: '', level: 0, via: 'api_key' },
        tenant: { id: tenantId },
        flags,
        now: EXAMPLE_NOW_MS,
      }),
    );
    const error = typeof outcome === 'object' ? outcome.error : null;
    report.examples.push({ name, expect, result: typeof outcome === 'object' ? null : outcome, error });
    if (outcome === expect) continue;
    const what = error === null ? (outcome === true ? 'matches' : 'does not match') : `fails: ${error}`;
    const detail = `The example “${name}” should ${expect ? 'match' : 'not match'}, and ${what}`;
    report.faults.push({ pointer: `/examples/${index}`, detail, position: null });
  }
}

/**
 * Checks all rules of a set. Pointers begin with `root`, where the set is a part of something.
 * @returns the warnings, with pointers into the body.
 * @throws AppError `input/invalid` with a pointer for every fault, and its position in the expression.
 */
export function assertSoundRules({ rules, tenant_id: tenantId }: PolicySetBody, root = ''): RuleWarning[] {
  const faults: RuleWarning[] = [];
  const warnings: RuleWarning[] = [];
  const seen = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const within = (found: RuleWarning) => ({ ...found, pointer: `${root}/rules/${index}${found.pointer}` });
    const earlier = seen.get(rule.rule_id);
    seen.set(rule.rule_id, index);
    if (earlier !== undefined) {
      faults.push(within({ pointer: '/rule_id', detail: `Rule ${earlier} has this id already`, position: null }));
    }
    const report = checkRule(rule, tenantId);
    faults.push(...report.faults.map(within));
    warnings.push(...report.warnings.map(within));
  }
  if (faults.length > 0) {
    throw new AppError('input/invalid', {
      errors: faults.map(({ position, ...fault }) => (position === null ? fault : { ...fault, position })),
    });
  }
  return warnings;
}
