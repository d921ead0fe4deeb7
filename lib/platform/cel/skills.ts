import type { Expr } from './work';

/** For which skills a condition can be anything but false. */
export type SkillGuard = { kind: 'one-of'; skills: readonly string[] } | { kind: 'prefix'; prefix: string };

/**
 * What a condition demands of `request.skill_id` before anything else: a part of its outermost `&&` that compares the skill with texts.
 * Where that part is false the whole is false, whatever the other parts are, errors included (CEL: `error && false` is false); so a rule
 * need not be asked about other skills. Null where it says nothing of the kind.
 */
export function skillGuard(expr: Expr): SkillGuard | null {
  const guards = conjuncts(expr).flatMap((part) => readGuard(part) ?? []);
  return guards.find(({ kind }) => kind === 'one-of') ?? guards[0] ?? null;
}

/** Whether a guard lets a skill pass. */
export function guardAdmits(guard: SkillGuard, skillId: string): boolean {
  return guard.kind === 'one-of' ? guard.skills.includes(skillId) : skillId.startsWith(guard.prefix);
}

/** The parts that stand between the outermost `&&` of an expression. */
export function conjuncts(expr: Expr): Expr[] {
  if (expr.exprKind.case !== 'callExpr' || expr.exprKind.value.function !== '_&&_') return [expr];
  return expr.exprKind.value.args.flatMap(conjuncts);
}

function readGuard({ exprKind }: Expr): SkillGuard | null {
  if (exprKind.case !== 'callExpr') return null;
  const { function: name, target, args } = exprKind.value;
  const [first, second] = args;
  if (name === '_==_') {
    const text = isSkill(first) ? textOf(second) : isSkill(second) ? textOf(first) : null;
    return text === null ? null : { kind: 'one-of', skills: [text] };
  }
  if (name === '@in' && isSkill(first) && second?.exprKind.case === 'listExpr') {
    const skills = second.exprKind.value.elements.map(textOf);
    return skills.every((skill) => skill !== null) ? { kind: 'one-of', skills } : null;
  }
  if (name === 'startsWith' && isSkill(target)) {
    const prefix = textOf(first);
    return prefix === null ? null : { kind: 'prefix', prefix };
  }
  return null;
}

function isSkill(expr: Expr | undefined): boolean {
  if (expr?.exprKind.case !== 'selectExpr') return false;
  const { operand, field, testOnly } = expr.exprKind.value;
  return (
    field === 'skill_id' &&
    !testOnly &&
    operand?.exprKind.case === 'identExpr' &&
    operand.exprKind.value.name === 'request'
  );
}

function textOf(expr: Expr | undefined): string | null {
  if (expr?.exprKind.case !== 'constExpr') return null;
  const { constantKind } = expr.exprKind.value;
  return constantKind.case === 'stringValue' ? constantKind.value : null;
}
