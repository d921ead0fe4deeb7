import { InvalidArgumentError } from 'commander';

/** A whole number from 1. */
export function readCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It is a whole number from 1.');
  }
  return value;
}

/** A level of authority, 1 to 5. */
export function readLevel(text: string): number {
  if (!/^[1-5]$/.test(text)) throw new InvalidArgumentError('It is a level from 1 to 5.');
  return Number(text);
}

/** Collects values that are all of a list. */
export function readOneOf<Name extends string>(names: readonly Name[]) {
  return (text: string, before: Name[] | undefined): Name[] => {
    const name = names.find((one) => one === text);
    if (name === undefined) throw new InvalidArgumentError(`It is one of ${names.join(', ')}.`);
    return [...(before ?? []), name];
  };
}

/**
 * Collects `key=value` pairs, given several at once, by repeating the option, or both. Only the first `=` parts; values stay the text that they
 * are: `limit=010` is not eight.
 */
export function readPair(text: string, before: Map<string, string> | undefined): Map<string, string> {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new InvalidArgumentError(`“${text}” is not key=value. What is not a pair comes before --kv.`);
  }
  const key = text.slice(0, at);
  const pairs = before ?? new Map<string, string>();
  if (pairs.has(key)) throw new InvalidArgumentError(`“${key}” is given twice.`);
  return new Map([...pairs, [key, text.slice(at + 1)]]);
}
