import { isApiProblem } from '@/lib/client';

/** What was wrong with a form: by field, as its pointer names it, and what belongs to no field. */
export interface FormProblem {
  fields: Readonly<Record<string, string>>;
  rest: string | null;
}

export const NO_PROBLEM: FormProblem = { fields: {}, rest: null };

/**
 * Sorts what a call answered to the fields of a form. `fields` are the names that the form shows (`email` for the pointer `/email`);
 * `codes` says at which field a problem without pointers belongs.
 */
export function toFormProblem(
  error: unknown,
  fields: readonly string[],
  codes: Readonly<Record<string, string>> = {},
): FormProblem {
  if (!isApiProblem(error))
    return { fields: {}, rest: 'Something unexpected went wrong in this page. Reload it and try again.' };
  const at = codes[error.code];
  if (at !== undefined) return { fields: { [at]: error.message }, rest: null };
  const found: Record<string, string> = {};
  const elsewhere: string[] = [];
  for (const { pointer, detail } of error.errors) {
    const name = pointer.split('/')[1] ?? '';
    if (fields.includes(name)) found[name] ??= toSentence(detail);
    else elsewhere.push(`${pointer}: ${detail}`);
  }
  if (elsewhere.length > 0) return { fields: found, rest: elsewhere.join('; ') };
  return { fields: found, rest: error.errors.length > 0 ? null : error.message };
}

/** A detail as a sentence: the contract writes "at least 12 characters". */
export function toSentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** What a form says of a field that has to be filled in and is not. */
export const MISSING = 'This is missing.';

/** The fields that are empty, with what to say of each: a browser's own bubble would name only the first. */
export function missingFields(typed: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed)
      .filter(([, text]) => text.trim() === '')
      .map(([name]) => [name, MISSING]),
  );
}
