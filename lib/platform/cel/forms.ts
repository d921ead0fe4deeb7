/**
 * Conditions by their form. The engine looks for every name in several places and for every comparison among many functions, and keeps several kilobytes
 * for each condition, so that a thousand of them leave a processor's cache again and again. Here conditions that differ in what they name and in
 * their constants only are one form, a few small functions (`steps.ts`), and each keeps no more than what it has of its own. What they look at is
 * read once for each input (`readings.ts`); what they do not do themselves the engine's own functions do.
 */
import { isCelError, isCelList } from '@bufbuild/cel';
import { planExpression } from './engine';
import { fault } from './faults';
import { type Call, functionOf } from './functions';
import { OPERATORS } from './operators';
import { compilePattern, MAX_MATCHED, patternFault, requiredText } from './patterns';
import { toReading } from './readings';
import { isPlain, toValue, type Value } from './scalars';
import {
  type Called,
  calls,
  chooses,
  isAmong,
  joins,
  LEAVES,
  negates,
  type Own,
  operates,
  type Slot,
  type Step,
  type TextTest,
  tests,
} from './steps';
import type { Expr } from './work';

/** A condition, or a part of one: its form, and what it has of its own. */
export interface Formed {
  step: Step;
  own: Own;
}

/** What fails for every input, in some words. */
export function failing(words: string): Formed {
  const failed = fault(words);
  return { step: () => failed, own: [] };
}

/** Forms are few where rules are alike, and where they are not each is about a kilobyte. */
const MAX_FORMS = 2000;
const forms = new Map<string, Step>();

/**
 * An expression as a form. Whatever has none is read by the engine.
 * @throws the engine's fault where it does not take the expression.
 */
export function toForm(expr: Expr): Formed {
  const own: Slot[] = [];
  const shape = shapeOf(expr, own);
  const key = JSON.stringify(shape);
  let step = forms.get(key);
  if (step === undefined) {
    step = toStep(shape);
    if (forms.size >= MAX_FORMS) forms.clear();
    forms.set(key, step);
  }
  return { step, own };
}

/** A form as data, which tells it apart from others. */
type Shape =
  | { leaf: keyof typeof LEAVES; slot: number }
  | { join: '_&&_' | '_||_'; parts: Shape[] }
  | { choose: [Shape, Shape, Shape] }
  | { call: string; isMethod: boolean; called: Called; parts: Shape[] }
  | { special: 'text' | 'list'; call: string; called: Called; part: Shape; slot: number };

function toStep(shape: Shape): Step {
  if ('leaf' in shape) return LEAVES[shape.leaf](shape.slot);
  if ('join' in shape) return joins(shape.parts.map(toStep), shape.join === '_||_');
  if ('choose' in shape) {
    const [asked, yes, no] = shape.choose;
    return chooses(toStep(asked), toStep(yes), toStep(no));
  }
  if ('special' in shape) {
    const { special, called, part, slot } = shape;
    return (special === 'text' ? tests : isAmong)(called, toStep(part), slot);
  }
  const [first, second] = shape.parts.map(toStep);
  const operator = OPERATORS.get(shape.call);
  if (first !== undefined && shape.call === '!_') return negates(shape.called, first);
  if (first === undefined || second === undefined || operator === undefined)
    return calls(shape.called, shape.parts.map(toStep));
  return operates(shape.called, operator, first, second);
}

/** What an expression has of its own is added to `own`, in the order in which it is found. */
function shapeOf(expr: Expr, own: Slot[]): Shape {
  const constant = constantOf(expr);
  if (constant !== undefined) return { leaf: 'value', slot: own.push(constant) - 1 };
  const made = expr.exprKind.case === 'callExpr' ? ofCall(expr, expr.exprKind.value, own) : null;
  return made ?? { leaf: 'reading', slot: own.push(toReading(expr)) - 1 };
}

/** Times take longer to read, and to make of texts, than what is made of them, so that they are worth remembering, and the time between two. */
function isTime(expr: Expr): boolean {
  const { exprKind } = expr;
  if (exprKind.case === 'identExpr') return exprKind.value.name === 'now';
  if (exprKind.case !== 'callExpr' || isWrittenOut(expr)) return false;
  const { function: name, args } = exprKind.value;
  return TIMES.test(name) || (name === '_-_' && args.every(isTime));
}

const TIMES = /^(?:get[A-Z].*|timestamp|duration)$/;

/** Null where the call is read by the engine. */
function ofCall(expr: Expr, call: Call, own: Slot[]): Shape | null {
  const { function: name, target, args } = call;
  const inner = target === undefined ? args : [target, ...args];
  const shapes = () => inner.map((part) => shapeOf(part, own));
  if (name === '_&&_' || name === '_||_') return { join: name, parts: shapes() };
  if (name === '_?_:_') return { choose: shapes() as [Shape, Shape, Shape] };
  const called = isTime(expr) ? null : functionOf(expr, call);
  if (called === null) return null;
  const [first, second] = inner;
  const other = inner.length === 2 && second !== undefined ? constantOf(second) : undefined;
  const asked = other === undefined ? null : askedOf(call, other);
  if (asked === null || first === undefined || other === undefined) {
    return { call: name, isMethod: target !== undefined, called, parts: shapes() };
  }
  const slot = own.push(asked.slot, other) - 2;
  return { special: asked.special, call: name, called, part: shapeOf(first, own), slot };
}

/** What is asked of the first of two values, where the other is a constant. */
function askedOf({ function: name, target }: Call, other: Value) {
  if (name === '@in' && isCelList(other)) {
    const items = [...other].map(toValue);
    return items.every(isPlain) ? { special: 'list' as const, slot: items } : null;
  }
  const test = target !== undefined && typeof other === 'string' ? (TEXT_TESTS.get(name)?.(other) ?? null) : null;
  return test === null ? null : { special: 'text' as const, slot: test };
}

/** What is asked of a text, with one that is written out. */
const TEXT_TESTS: ReadonlyMap<string, (asked: string) => TextTest | null> = new Map([
  ['startsWith', (asked) => (text) => text.startsWith(asked)],
  ['endsWith', (asked) => (text) => text.endsWith(asked)],
  ['contains', (asked) => (text) => text.includes(asked)],
  ['matches', toMatcher],
]);

function toMatcher(pattern: string): TextTest | null {
  if (patternFault(pattern) !== null) return null;
  const required = requiredText(pattern) ?? '';
  const compiled = compilePattern(pattern);
  return (text) => (text.length > MAX_MATCHED ? undefined : text.includes(required) && compiled.test(text));
}

/** What stands for itself, and what can be worked out beforehand; undefined where that depends on the input, or goes wrong. */
function constantOf(expr: Expr): Value | undefined {
  if (!isWrittenOut(expr)) return undefined;
  const value = planExpression(expr)({});
  return isCelError(value) ? undefined : toValue(value);
}

function isWrittenOut({ exprKind }: Expr): boolean {
  if (exprKind.case === 'constExpr') return true;
  if (exprKind.case === 'listExpr') return exprKind.value.elements.every(isWrittenOut);
  if (exprKind.case === 'structExpr') return exprKind.value.entries.every(isEntryWrittenOut);
  if (exprKind.case !== 'callExpr') return false;
  const { target, args } = exprKind.value;
  return (target === undefined ? args : [target, ...args]).every(isWrittenOut);
}

type Entry = Extract<Expr['exprKind'], { case: 'structExpr' }>['value']['entries'][number];

function isEntryWrittenOut({ keyKind, value }: Entry): boolean {
  return keyKind.case === 'mapKey' && isWrittenOut(keyKind.value) && value !== undefined && isWrittenOut(value);
}
