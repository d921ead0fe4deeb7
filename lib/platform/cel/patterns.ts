import { type CelFunc, CelScalar, celFunc } from '@bufbuild/cel';
import { RE2JS } from '@bufbuild/re2';
import { MAX_STRING } from './values';

/** How long a text may be that a pattern looks into: any that a rule may read, but not several put together. */
export const MAX_MATCHED = MAX_STRING;
/** How large a pattern's program may become, in steps that it may have to try at every character. */
const MAX_PROGRAM = 1000;
/** Patterns are part of conditions, so there are as many as people have written. */
const MAX_REMEMBERED = 5000;

const COUNTED = /(\)?)\{(\d+)(?:(,)(\d*))?\}/g;

/**
 * At most so many instructions a pattern's program has: its characters, and what its counted repetitions multiply, nested ones included.
 * Never less than RE2 makes of it.
 */
export function programSize(pattern: string): number {
  let singles = 0;
  let groups = 1;
  for (const [, group, least, comma, most] of pattern.matchAll(COUNTED)) {
    const count = Math.max(Number(least), Number(most ?? 0)) + (comma === ',' && most === '' ? 1 : 0);
    if (group === ')') groups *= Math.max(count, 1);
    else singles += count;
  }
  const each = singles === 0 && groups === 1 ? 1 : 2;
  return (pattern.length + singles) * groups * each;
}

/** What is wrong with a pattern; null for one that can be used. Compiles nothing that could take long. */
export function patternFault(pattern: string): string | null {
  if (programSize(pattern) > MAX_PROGRAM) return 'This pattern repeats too much';
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    return `Not a pattern: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/**
 * A text that is in every text which a pattern matches, so that the others need not be looked into; null where none is plain to see. The pattern's
 * own memory is spread over many places, and most rules are about something else than what is asked.
 */
export function requiredText(pattern: string): string | null {
  if (/[|()[\]\\]/.test(pattern)) return null;
  const certain = pattern.replace(/.(?:[*?]|\{[^}]*\})/gsu, '.');
  const [longest = ''] = certain.split(/[.^$+*?{}]+/).sort((a, b) => b.length - a.length);
  return longest === '' ? null : longest;
}

const remembered = new Map<string, RE2JS>();

/** @throws where it is none (`patternFault`). */
export function compilePattern(pattern: string): RE2JS {
  const known = remembered.get(pattern);
  if (known !== undefined) return known;
  const made = RE2JS.compile(pattern);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(pattern, made);
  return made;
}

/** The engine's regular expressions, each compiled once, on texts that are short enough for any of them. */
export const PATTERNS = {
  compile: (pattern: string) => ({
    test: (text: string): boolean => {
      if (text.length > MAX_MATCHED) throw new Error(`A pattern looks into at most ${MAX_MATCHED} characters`);
      return compilePattern(pattern).test(text);
    },
  }),
};

/** A text that was too long to be one (`values.ts`) does not become one again. */
export const NO_LONG_TEXTS: CelFunc = celFunc('string', [CelScalar.BYTES], CelScalar.STRING, (bytes) => {
  if (bytes.length > MAX_STRING) throw new Error(`A text of more than ${MAX_STRING} characters cannot be read`);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
});
