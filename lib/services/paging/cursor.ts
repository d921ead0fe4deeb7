import type { z } from 'zod';
import { AppError } from '@/lib/domain/errors';

/** An opaque cursor: the last row's sort keys as base64url JSON. It carries no authority: every page is scoped again. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');
}

/**
 * Reads a cursor back; null when there is none.
 * @throws AppError `input/invalid` when it is not one that this list gave out.
 */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string | undefined): z.output<S> | null {
  if (cursor === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('input/invalid', { errors: [{ pointer: '?cursor', detail: 'Not a cursor of this list' }] });
}
