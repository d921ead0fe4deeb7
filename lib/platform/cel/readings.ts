import { type CelError, type CelInput, type CelValue, isCelList, isCelMap } from '@bufbuild/cel';
import { withoutConstants } from './constants';
import { planExpression } from './engine';
import { fault } from './faults';
import { isError, type Result, toResult, toValue } from './scalars';
import { asksHas, textOfTree } from './tree';
import type { Expr } from './work';

type Evaluate = ReturnType<typeof planExpression>;

/** An input, as far as conditions look at it. */
export interface Facts {
  variables: Record<string, CelInput>;
  /** What has been read of it. */
  readings: Map<Reading, Result>;
}

/** Something that is read of inputs: a field, whether there is one, a part of the time, what becomes of a list. Equal ones are one. */
export interface Reading {
  /** Of which map or list, by which key, and which variable all begins with; the engine reads what has no key. */
  of: Reading | null;
  key: string | bigint | null;
  root: string;
  isTest: boolean;
  /** Whether it is read in several places, so that it is worth remembering. */
  isShared: boolean;
  /** What is said where there is no such key. Made when it is needed and then kept: an error takes longer than all the rest. */
  missing: CelError | null;
  byEngine: Evaluate | null;
  expr: Expr;
}

/** What the engine says of a variable that has no value; only `history` may have none. */
export const UNBOUND = 'unresolved attribute';

/** Collecting garbage takes the longer the more there is. Conditions keep theirs, found here or not. */
const MAX_READINGS = 4000;
const readings = new Map<string, Reading>();

/**
 * What is read of inputs. Equal is what has the same tree, however it is written.
 * @throws the engine's fault where it does not take the expression.
 */
export function toReading(expr: Expr): Reading {
  const text = textOfTree(expr);
  const known = readings.get(text);
  if (known !== undefined) {
    known.isShared = true;
    return known;
  }
  const reading = newReading(expr);
  if (readings.size >= MAX_READINGS) readings.clear();
  readings.set(text, reading);
  return reading;
}

function newReading(expr: Expr): Reading {
  const plain: Reading = {
    of: null,
    key: null,
    root: '',
    isTest: false,
    isShared: false,
    missing: null,
    byEngine: null,
    expr,
  };
  const { exprKind } = expr;
  if (exprKind.case === 'identExpr') {
    return { ...plain, key: exprKind.value.name, root: exprKind.value.name };
  }
  const { of, key, isTest } = itemOf(expr);
  const outer = of === undefined || key === null ? null : toReading(of);
  if (outer === null || outer.isTest || outer.key === null) return { ...plain, byEngine: engineOf(expr) };
  return { ...plain, of: outer, key, root: outer.root, isTest };
}

/** Of what an expression is the field, or the item that has a constant for its key. */
function itemOf({ exprKind }: Expr): { of: Expr | undefined; key: string | bigint | null; isTest: boolean } {
  if (exprKind.case === 'selectExpr') {
    const { operand, field, testOnly } = exprKind.value;
    return { of: operand, key: field, isTest: testOnly };
  }
  if (exprKind.case !== 'callExpr' || exprKind.value.function !== '_[_]') {
    return { of: undefined, key: null, isTest: false };
  }
  const [operand, index] = exprKind.value.args;
  const { constantKind } = index?.exprKind.case === 'constExpr' ? index.exprKind.value : {};
  const isKey = constantKind?.case === 'stringValue' || constantKind?.case === 'int64Value';
  return { of: operand, key: isKey ? constantKind.value : null, isTest: false };
}

/** What an input has to be read of, once, also where there is nothing to read. */
export function read(reading: Reading, facts: Facts): Result {
  if (!reading.isShared) return readNow(reading, facts);
  const found = facts.readings.get(reading);
  if (found !== undefined) return found;
  const value = readNow(reading, facts);
  facts.readings.set(reading, value);
  return value;
}

/** As the engine would where there are maps and lists all the way, which takes it kilobytes for each field; the rest is left to it. */
function readNow(reading: Reading, facts: Facts): Result {
  const { of, key, isTest } = reading;
  // Where the variable is not there, another may be that has dots in its name.
  const variable = of === null ? null : facts.variables[reading.root];
  if (of !== null && isCelMap(variable)) {
    const outer = of.of === null ? variable : read(of, facts);
    if (isCelMap(outer)) return isTest ? outer.has(key as string) : orMissing(outer.get(key as string), reading);
    if (isCelList(outer) && typeof key === 'bigint') return orMissing(outer.get(Number(key)), reading);
    if (isError(outer)) return outer;
  }
  reading.byEngine ??= engineOf(reading.expr);
  return toResult(reading.byEngine(facts.variables));
}

/** Null is a value that is there. */
function orMissing(value: CelValue | undefined, reading: Reading): Result {
  if (value !== undefined) return toValue(value);
  const { key } = reading;
  reading.missing ??= fault(typeof key === 'string' ? `field not found: ${key}` : `index ${key} out of bounds [0, -1)`);
  return reading.missing;
}

/** What the engine makes of expressions is kilobytes for each: those that differ in their constants only are one, and get these as variables. */
const MAX_PLANS = 1000;
const plans = new Map<string, Evaluate>();

function engineOf(expr: Expr): Evaluate {
  const constants: Record<string, CelInput> = {};
  const common = withoutConstants(expr, constants);
  const text = textOfTree(common);
  const evaluate = plans.get(text) ?? planExpression(common);
  if (plans.size >= MAX_PLANS) plans.clear();
  plans.set(text, evaluate);
  const evaluateThis: Evaluate = (variables) => evaluate({ ...variables, ...constants });
  // The engine says no to `has()` of a variable without a value, and that is an answer which nobody knows.
  if (!asksHas(expr, 'history')) return evaluateThis;
  return (variables) => (variables.history === undefined ? fault(UNBOUND) : evaluateThis(variables));
}
