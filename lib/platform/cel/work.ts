/**
 * How much work a condition can be at most, from its tree and from how large an input is. No CEL engine for JavaScript counts while it
 * evaluates, so what could take long has to be known before. A step is about 50 ns; docs/decisions/0028 says how the weights were measured.
 */
import type { parse } from '@bufbuild/cel';
import { MAX_MATCHED, programSize } from './patterns';
import { CHARACTERS_PER_VALUE, type Extent } from './values';

export type Expr = NonNullable<ReturnType<typeof parse>['expr']>;

/** What one evaluation may take, whatever the rules: about 15 ms. */
export const MAX_WORK = 300_000;
/** Inputs are told apart by how large they are, in steps of four. The first class has at most so many values. */
const SMALLEST = 16;
/** A rule must be able to judge a request of 256 values, with texts of a thousand characters, by itself. */
export const NOMINAL_CLASS = 2;
/** A set must be able to judge one of 64 values, with texts of 256 characters. */
const COMMON_CLASS = 1;
/** Requests are hardly ever larger than the last of so many classes: 4,096 values, texts of 16,000 characters. */
export const CLASSES_AHEAD = 5;
/** The longest text of a class, and all texts together, in characters for each of its values. */
const LONGEST_IN_CLASS = 4;
const TOTAL_IN_CLASS = 16;

/** Reading the clock of a time zone that is written out, of one that has to be looked up first; making a time of a text. */
const ZONE_STEPS = 200;
const UNKNOWN_ZONE_STEPS = 1500;
const TIME_STEPS = 100;
const READ_TIME = /^get[A-Z]/;
/** Variables of a few short values, whatever is asked. */
const SMALL = new Set(['cost', 'actor', 'tenant', 'now', 'history']);

/** The class of an input: the smallest whose bounds hold for it. */
export function sizeClass({ values, longest, characters }: Extent): number {
  const size = Math.max(values, longest / LONGEST_IN_CLASS, characters / TOTAL_IN_CLASS);
  let found = 0;
  for (let bound = SMALLEST; bound < size; bound *= 4) found += 1;
  return found;
}

/** What one condition adds to the work of its set. */
export interface Load {
  steps: number;
  /** The skills it can be anything but false for; null for any. */
  skills: readonly string[] | null;
}

/** The load of a condition on a request of common size. */
export function loadOf(expression: Expr, skills: readonly string[] | null): Load {
  return { steps: workOf(expression, COMMON_CLASS), skills };
}

/** Whether conditions can all be asked about a request of common size, whatever its skill. */
export function fitTogether(loads: readonly Load[]): boolean {
  const always = sum(loads.filter(({ skills }) => skills === null).map(({ steps }) => steps));
  const of = new Map<string, number>();
  for (const { steps, skills } of loads) {
    for (const skill of new Set(skills ?? [])) of.set(skill, (of.get(skill) ?? 0) + steps);
  }
  return Math.max(always, ...[...of.values()].map((steps) => always + steps)) <= MAX_WORK;
}

/** At most so many steps an expression takes on any input of a class. Infinite where no bound is known. */
export function workOf(expression: Expr, inputClass: number): number {
  const values = SMALLEST * 4 ** inputClass;
  const chars = values * LONGEST_IN_CLASS;
  const payload = { steps: 2, items: values, chars, mass: values * TOTAL_IN_CLASS, total: values * 2, drag: 1 };
  const few = Math.min(chars, 256);
  const small = { steps: 2, items: 16, chars: few, mass: few, total: 16, drag: 1 };
  return bound(expression, { payload, small, names: new Map() }).steps;
}

/** What the engine itself does, without a function of that name. */
const OPERATORS = new Set(['_&&_', '_||_', '_?_:_', '_[_]', '@not_strictly_false', '__not_strictly_false__']);

/** The first function that an expression calls and nobody knows; null when there is none. */
export function unknownFunction(expr: Expr | undefined, isKnown: (name: string) => boolean): string | null {
  const inner = (parts: (Expr | undefined)[]): string | null => {
    for (const part of parts) {
      const found = unknownFunction(part, isKnown);
      if (found !== null) return found;
    }
    return null;
  };
  switch (expr?.exprKind.case) {
    case 'selectExpr':
      return inner([expr.exprKind.value.operand]);
    case 'callExpr': {
      const { function: name, target, args } = expr.exprKind.value;
      return OPERATORS.has(name) || isKnown(name) ? inner([target, ...args]) : name;
    }
    case 'listExpr':
      return inner(expr.exprKind.value.elements);
    case 'structExpr':
      return inner(
        expr.exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === 'mapKey' ? keyKind.value : undefined,
          value,
        ]),
      );
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = expr.exprKind.value;
      return inner([iterRange, accuInit, loopCondition, loopStep, result]);
    }
    default:
      return null;
  }
}

/** Upper bounds of a value, and of what it takes to come by it. They hold for whatever is inside it too. */
interface Bound {
  steps: number;
  /** Of a list or a map. */
  items: number;
  /** Of a text. */
  chars: number;
  /** Of all texts inside it together. */
  mass: number;
  /** What comparing it with its like would look at. */
  total: number;
  /** Steps from one item to the next: lists that a comprehension has put together are slow to walk. */
  drag: number;
}

interface Scope {
  payload: Bound;
  small: Bound;
  names: Map<string, Bound>;
}

const SCALAR: Bound = { steps: 1, items: 0, chars: 64, mass: 64, total: 1, drag: 1 };

function bound(expr: Expr | undefined, scope: Scope): Bound {
  switch (expr?.exprKind.case) {
    case 'constExpr': {
      const { constantKind } = expr.exprKind.value;
      const chars =
        constantKind.case === 'stringValue' || constantKind.case === 'bytesValue' ? constantKind.value.length : 0;
      return { ...SCALAR, chars, mass: chars, total: 1 + chars / CHARACTERS_PER_VALUE };
    }
    case 'identExpr': {
      const { name } = expr.exprKind.value;
      return scope.names.get(name) ?? (SMALL.has(name) ? scope.small : scope.payload);
    }
    case 'selectExpr': {
      const { operand, field } = expr.exprKind.value;
      const isRequest = operand?.exprKind.case === 'identExpr' && operand.exprKind.value.name === 'request';
      if (isRequest && field !== 'payload' && !scope.names.has('request')) return scope.small;
      return more(bound(operand, scope), 1);
    }
    case 'callExpr':
      return boundCall(expr.exprKind.value, scope);
    case 'listExpr':
      return boundMany(expr.exprKind.value.elements.map((item) => bound(item, scope)));
    case 'structExpr':
      return boundMany(
        expr.exprKind.value.entries.flatMap(({ keyKind, value }) => [
          ...(keyKind.case === 'mapKey' ? [bound(keyKind.value, scope)] : []),
          bound(value, scope),
        ]),
      );
    case 'comprehensionExpr':
      return boundComprehension(expr.exprKind.value, scope);
    default:
      return { ...SCALAR, steps: Number.POSITIVE_INFINITY };
  }
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];
type Comprehension = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

function boundCall({ function: name, target, args }: Call, scope: Scope): Bound {
  const parts = [...(target === undefined ? [] : [target]), ...args].map((arg) => bound(arg, scope));
  const steps = 2 + sum(parts.map((part) => part.steps));
  const [left = SCALAR, right = SCALAR, third = SCALAR] = parts;
  const scalar = (extra: number): Bound => ({ ...SCALAR, steps: steps + extra });
  switch (name) {
    case '_?_:_':
      return { ...widest([right, third]), steps };
    case '_[_]':
      return { ...left, steps: steps + 2 * left.drag };
    case '_==_':
    case '_!=_':
      return scalar(Math.min(left.total * left.drag, right.total * right.drag));
    case '@in':
      return scalar(right.total * right.drag);
    case '_+_': {
      const chars = left.chars + right.chars;
      const together = {
        items: left.items + right.items,
        chars,
        mass: left.mass + right.mass,
        total: left.total + right.total,
      };
      return { ...together, steps: steps + chars / 16, drag: left.drag + right.drag };
    }
    case 'size':
      return scalar(left.chars / 4);
    case 'contains':
      return scalar((left.chars + right.chars) / 16);
    case 'matches': {
      const pattern = args.at(-1)?.exprKind;
      const text = pattern?.case === 'constExpr' ? pattern.value.constantKind : undefined;
      if (text?.case !== 'stringValue') return scalar(Number.POSITIVE_INFINITY);
      return scalar(30 + (programSize(text.value) * Math.min(left.chars, MAX_MATCHED)) / 2);
    }
    case 'timestamp':
    case 'duration':
      return scalar(TIME_STEPS);
    case 'dyn':
      return { ...left, steps };
    default: {
      if (READ_TIME.test(name)) {
        const isKnown = args.every((zone) => zone.exprKind.case === 'constExpr');
        return scalar(args.length === 0 ? 20 : isKnown ? ZONE_STEPS : UNKNOWN_ZONE_STEPS);
      }
      const chars = 64 + widest(parts).chars;
      return { ...scalar(sum(parts.map((part) => part.chars)) / 16), chars, mass: chars };
    }
  }
}

function boundComprehension(fold: Comprehension, scope: Scope): Bound {
  const range = bound(fold.iterRange, scope);
  const init = bound(fold.accuInit, scope);
  const n = range.items;
  // What all items together can be, shared out evenly: whatever is done to an item takes time in proportion to it, or less.
  const share = Math.max(n, 1);
  const item = {
    ...range,
    steps: 1,
    chars: Math.min(range.chars, range.mass / share),
    mass: range.mass / share,
    total: range.total / share,
  };
  const within = (accumulated: Bound): Scope => ({
    ...scope,
    names: new Map([...scope.names, [fold.iterVar, item], [fold.accuVar, accumulated]]),
  });
  const inside = within({ ...init, steps: 1 });
  const step = bound(fold.loopStep, inside);
  const each = 3 + range.drag + bound(fold.loopCondition, inside).steps + step.steps;
  const isList = fold.accuInit?.exprKind.case === 'listExpr';
  const made = isList
    ? {
        steps: 1,
        items: Math.max(n, step.items),
        chars: Math.max(range.chars, step.chars),
        mass: n * step.mass,
        total: n * (step.total + 1),
        drag: 1 + n / 2,
      }
    : SCALAR;
  const result = bound(fold.result, within(made));
  return { ...result, steps: range.steps + init.steps + n * each + result.steps };
}

function boundMany(parts: Bound[]): Bound {
  const most = widest(parts);
  return {
    ...most,
    items: Math.max(parts.length, most.items),
    mass: sum(parts.map((part) => part.mass)),
    total: 1 + sum(parts.map((part) => part.total)),
    steps: 1 + parts.length + sum(parts.map((part) => part.steps)),
  };
}

function widest(parts: Bound[]): Bound {
  const most = (read: (part: Bound) => number) => Math.max(0, ...parts.map(read));
  return {
    steps: most((part) => part.steps),
    items: most((part) => part.items),
    chars: most((part) => part.chars),
    mass: most((part) => part.mass),
    total: most((part) => part.total),
    drag: Math.max(
      1,
      most((part) => part.drag),
    ),
  };
}

function more(of: Bound, steps: number): Bound {
  return { ...of, steps: of.steps + steps };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
