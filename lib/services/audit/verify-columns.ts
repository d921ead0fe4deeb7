import { canonicalJson } from '@/lib/domain/audit';

/**
 * The names of the fields in which a row's columns say something else than the text that was hashed. Whoever edits only a column leaves
 * the chain whole; this finds them. Null when the text is not what such a row could have written.
 */
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

/** What is wrong with a row beside its chain; null when nothing is. */
export function columnProblem(canonical: string, fields: Readonly<Record<string, unknown>>): string | null {
  const differing = differingFields(canonical, fields);
  if (differing === null) return 'its signed text is not readable';
  return differing.length === 0 ? null : `says something else than what was signed: ${differing.join(', ')}`;
}
