import { AppError } from '@/lib/domain/errors';

/** What PostgreSQL and RFC 3339 can both say. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * A time of a query (RFC 3339, or a date, which means its first instant in UTC) as RFC 3339 in UTC and milliseconds: a spelling that the
 * database reads the same in every session. Times before the year 1 or after 9999 become the first or last one there is.
 * @throws AppError `input/invalid` when there is no such time; `name` is the query parameter's.
 */
export function toInstant(name: string, text: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) {
    throw new AppError('input/invalid', { errors: [{ pointer: `?${name}`, detail: 'There is no such time' }] });
  }
  return new Date(Math.min(Math.max(ms, FIRST_MS), LAST_MS)).toISOString();
}
