import { type CelError, type CelFunc, type CelValue, celType } from '@bufbuild/cel';
import { ENGINE, planExpression, withoutStacks } from './engine';
import { fault } from './faults';
import { parseExpression } from './parse';
import { isPlain, toEngine, toResult, type Value } from './scalars';
import type { Called } from './steps';
import type { Expr } from './work';

export type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];

/** By how they are called: there are no more than the engine has. */
const functions = new Map<string, Called>();

/** A function of the engine, the target of a method first among its values; null where the engine has none of that name. */
export function functionOf(expr: Expr, call: Call): Called | null {
  const { function: name, target, args } = call;
  if (ENGINE.funcs.find(name) === undefined) return null;
  const key = `${name} ${target !== undefined} ${args.length}`;
  const known = functions.get(key);
  if (known !== undefined) return known;
  const called = makeFunction(expr, call);
  functions.set(key, called);
  return called;
}

function makeFunction(expr: Expr, call: Call): Called {
  const [ofPlain, ofAny] = [ofPlainValues(call.function, call.target !== undefined), ofAnyValues(expr, call)];
  return (values) => (values.every(isPlain) ? ofPlain(values) : ofAny(values));
}

/** Of values that need nothing else. Which of the functions of a name it is, or that none is, follows from their kinds and is found once. */
function ofPlainValues(name: string, isMethod: boolean): Called {
  const group = [...(ENGINE.funcs.find(name) ?? [])];
  const found = new Map<number, CelFunc | CelError>();
  return (values) => {
    const given = values.map(toEngine);
    const target = isMethod ? given[0] : undefined;
    const args = isMethod ? given.slice(1) : given;
    const kinds = values.reduce<number>((code, value) => code * KINDS.length + KINDS.indexOf(kindOf(value)), 0);
    let one = found.get(kinds);
    if (one === undefined) {
      one = group.find((each) => each.call(0, target, args) !== undefined) ?? fault(noOverload(name, target, args));
      found.set(kinds, one);
    }
    if (!('call' in one)) return one;
    const callee = one;
    const result = withoutStacks(() => callee.call(0, target, args));
    return result === undefined ? fault(noOverload(name, target, args)) : toResult(result);
  };
}

const KINDS = ['number', 'double', 'string', 'boolean', 'null'];

function kindOf(value: Value): string {
  if (typeof value === 'object') return value === null ? 'null' : 'double';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

/** The engine's words where a function is not for values of such kinds. */
function noOverload(name: string, target: CelValue | undefined, args: readonly CelValue[]): string {
  const on = target === undefined ? '' : `${celType(target)}.`;
  return `found no matching overload for '${name}' applied to '${on}(${args.map((arg) => celType(arg).name).join(', ')})'`;
}

/** Of values of any kind: the call, with variables in place of what is called with. */
function ofAnyValues(expr: Expr, call: Call): Called {
  const isMethod = call.target !== undefined;
  const names = Array.from({ length: call.args.length + (isMethod ? 1 : 0) }, (_, n) => `value_${n}`);
  const given = names.map(parseExpression);
  const value = isMethod ? { ...call, target: given[0], args: given.slice(1) } : { ...call, args: given };
  const evaluate = planExpression({ ...expr, exprKind: { case: 'callExpr', value } });
  return (values) =>
    toResult(evaluate(Object.fromEntries(names.map((name, n) => [name, toEngine(values[n] ?? null)]))));
}
