/**
 * What conditions are made of, as small functions that ask one another. Every answer is the engine's: what goes wrong is the engine's error, or has its
 * words, and `&&` and `||` absorb it as the engine's do.
 */
import { type CelError, celType } from '@bufbuild/cel';
import { fault } from './faults';
import type { Operator } from './operators';
import { type Facts, type Reading, read } from './readings';
import { isEqual, isError, isPlain, type Plain, type Result, toEngine, type Value } from './scalars';

/** What a condition has of its own, in the order of its form's slots: the rest is the form that it has in common with others. */
export type Own = readonly Slot[];
/** A constant, what is read, what a text is asked, or a list that is written out. */
export type Slot = Value | Reading | TextTest | readonly Plain[];

/** A part of a form: what it comes to for an input, in a condition. */
export type Step = (facts: Facts, own: Own) => Result;

/** A function of the engine, for values of any kinds. */
export type Called = (values: readonly Value[]) => Result;

/** What a text is asked, where the other one is written out; undefined where only the function itself can tell. */
export type TextTest = (text: string) => boolean | undefined;

/** A value that is written out, or what is read. */
export const LEAVES = {
  value:
    (slot: number): Step =>
    (_, own) =>
      own[slot] as Value,
  reading:
    (slot: number): Step =>
    (facts, own) =>
      read(own[slot] as Reading, facts),
};

/** `&&` is false where one part is, `||` true where one is, whatever goes wrong in the others; else what went wrong first is the answer. */
export function joins(parts: readonly Step[], decisive: boolean): Step {
  return (facts, own) => {
    let failed: CelError | undefined;
    for (const part of parts) {
      const said = part(facts, own);
      if (said === decisive) return decisive;
      if (typeof said !== 'boolean') failed ??= isError(said) ? said : notBool(said);
    }
    return failed ?? !decisive;
  };
}

/** Asks only the part that is chosen. */
export function chooses(asked: Step, yes: Step, no: Step): Step {
  return (facts, own) => {
    const said = asked(facts, own);
    if (typeof said === 'boolean') return said ? yes(facts, own) : no(facts, own);
    return isError(said) ? said : notChoosing(said);
  };
}

/** A function of any number of values. What goes wrong in the first of them is the answer. */
export function calls(called: Called, parts: readonly Step[]): Step {
  return (facts, own) => {
    const values: Value[] = [];
    for (const part of parts) {
      const value = part(facts, own);
      if (isError(value)) return value;
      values.push(value);
    }
    return called(values);
  };
}

export function negates(called: Called, part: Step): Step {
  return (facts, own) => {
    const said = part(facts, own);
    if (typeof said === 'boolean') return !said;
    return isError(said) ? said : called([said]);
  };
}

export function operates(called: Called, operator: Operator, left: Step, right: Step): Step {
  return (facts, own) => {
    const a = left(facts, own);
    if (isError(a)) return a;
    const b = right(facts, own);
    if (isError(b)) return b;
    return operator(a, b) ?? called([a, b]);
  };
}

/** What is asked of a text, in a slot before the one that it is asked for. */
export function tests(called: Called, part: Step, slot: number): Step {
  return (facts, own) => {
    const value = part(facts, own);
    if (isError(value)) return value;
    const said = typeof value === 'string' ? (own[slot] as TextTest)(value) : undefined;
    return said ?? called([value, own[slot + 1] as Value]);
  };
}

/** Whether a value is one of a list of plain values, in a slot before that very list as the engine has it. */
export function isAmong(called: Called, part: Step, slot: number): Step {
  return (facts, own) => {
    const value = part(facts, own);
    if (isError(value)) return value;
    if (!isPlain(value)) return called([value, own[slot + 1] as Value]);
    for (const item of own[slot] as readonly Plain[]) if (isEqual(value, item)) return true;
    return false;
  };
}

function notBool(value: Value): CelError {
  return fault(`type mismatch: expected bool, got ${celType(toEngine(value))}`);
}

function notChoosing(value: Value): CelError {
  return fault(`found no matching overload for _?_:_ applied to '(${celType(toEngine(value)).name})'`);
}
