import type { z } from 'zod';
import type { InputFault } from '@/lib/domain/errors';

/** Where an input was: it says how its faults are pointed at. */
export type InputPlace = 'body' | 'query' | 'params';

/** What a schema found wrong, a fault for each: an unknown field is one of its own. */
export function inputFaults(error: z.ZodError, where: InputPlace): InputFault[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key], where), detail: 'Unknown field' }))
      : [{ pointer: pointerTo(issue.path, where), detail: issue.message }],
  );
}

/** A name in an RFC 6901 pointer. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** RFC 6901 for a body; `?name` for a query, `{name}` for a path parameter. */
function pointerTo(path: readonly PropertyKey[], where: InputPlace): string {
  const names = path.map(String);
  if (where === 'query') return `?${names[0] ?? ''}`;
  if (where === 'params') return `{${names[0] ?? ''}}`;
  return names.map((name) => `/${escapePointer(name)}`).join('');
}
