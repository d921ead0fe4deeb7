import type { RecordedStatement } from './recorded';

const ID = /(?:req|evt)_[0-9A-HJKMNP-TV-Z]{26}/g;
const DIGITS = 26;

/**
 * The ids of requests and events in recorded statements, with what makes each different from the others in one round. Round `n` of an
 * operation replaces the first request's id by `req_` and 26 digits that say n, so that what one operation creates another can decide.
 */
export function findIds(statements: readonly RecordedStatement[], salt: number): Map<string, string> {
  const suffixes = new Map<string, string>();
  const texts = statements.flatMap(({ values }) => values.filter((value) => typeof value === 'string'));
  for (const [id] of texts.flatMap((text) => [...text.matchAll(ID)])) {
    const isRequest = id.startsWith('req_');
    if (!suffixes.has(id)) suffixes.set(id, isRequest ? '' : `${salt}${suffixes.size}`);
  }
  return suffixes;
}

/** An id of round `n`: as many digits as an id has. */
export function renumber(id: string, suffix: string, n: number): string {
  return `${id.slice(0, 4)}${String(n).padStart(DIGITS - suffix.length, '0')}${suffix}`;
}

/** The same as an SQL expression over the pgbench variable `n`. */
export function renumberInSql(id: string, suffix: string): string {
  return `('${id.slice(0, 4)}' || lpad((:n)::text, ${DIGITS - suffix.length}, '0') || '${suffix}')`;
}
