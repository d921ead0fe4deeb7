import { z } from 'zod';
import { type IdKind, isId } from '@/lib/domain/ids';

/** The time in a cursor, as lists write it: UTC and milliseconds, of a year that PostgreSQL has (there is no year 0 in its calendar). */
export const CursorInstant = z.iso.datetime({ precision: 3 }).refine((at) => !at.startsWith('0000'));

/** The id in a cursor: well-formed, so it never carries what the database cannot take as text. */
export function cursorId(kind: IdKind) {
  return z.string().refine((id) => isId(kind, id));
}

/** The place behind a row of a list that is ordered by time, then by id. */
export function cursorPosition(kind: IdKind) {
  return z.tuple([CursorInstant, cursorId(kind)]);
}
