import { canonicalJson } from './canonical';

/**
 * What is wrong with a row beside its chain; null when nothing is. Whoever edits only a column leaves the chain whole, so the text is
 * written again from the columns (`rewritten`) and compared with the one that was hashed.
 */
export function columnProblem(
  canonical: string,
  rewritten: string,
  fields: Readonly<Record<string, unknown>>,
): string | null {
  if (canonical === rewritten) return null;
  const differing = differingFields(canonical, fields);
  if (differing === null) return 'its signed text is not readable';
  if (differing.length === 0) return 'its signed text is not written as it should be';
  return `says something else than what was signed: ${differing.join(', ')}`;
}

/** The names of the fields in which columns and signed text differ; null when the text is not what such a row could have written. */
export function differingFields(canonical: string, fields: Readonly<Record<string, unknown>>): string[] | null {
  const signed = parseObject(canonical);
  if (signed === null) return null;
  const names = new Set([...Object.keys(signed), ...Object.keys(fields)]);
  return [...names].filter((name) => canonicalJson(signed[name] ?? null) !== canonicalJson(fields[name] ?? null));
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
