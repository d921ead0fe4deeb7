import type { z } from 'zod';
import type { InputFault } from '@/lib/domain/errors';
import { toPointer } from '@/lib/domain/pointer';

export { toPointer };

type Issue = z.core.$ZodIssue;

/** What a schema refuses, as faults with RFC 6901 pointers; `root` is where in the document the value stands. */
export function toFaults({ issues }: { issues: readonly Issue[] }, root: readonly PropertyKey[] = []): InputFault[] {
  return issues.flatMap((issue) => faultsOf(issue, root));
}

function faultsOf(issue: Issue, root: readonly PropertyKey[]): InputFault[] {
  const path = [...root, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: toPointer([...path, key]), detail: 'Unknown field' }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return ofUnion(issue.errors, path);
  return [{ pointer: toPointer(path), detail: issue.message }];
}

/** Of something that may be of several shapes, the faults of the one that its `type` names; else what each would want. */
function ofUnion(branches: readonly (readonly Issue[])[], path: readonly PropertyKey[]): InputFault[] {
  const meant = branches.filter((issues) => !issues.some(isOfAnotherShape));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) return toFaults({ issues: only }, path);
  const wants = new Set(branches.flatMap((issues) => issues.slice(0, 1).map(({ message }) => message)));
  return [{ pointer: toPointer(path), detail: [...wants].join('; or: ') }];
}

function isOfAnotherShape({ path, code }: Issue): boolean {
  return path[0] === 'type' || (path.length === 0 && code !== 'unrecognized_keys');
}

/** Where an input was: it says how its faults are pointed at. */
export type InputPlace = 'body' | 'query' | 'params';

/** What a schema found wrong with an input: RFC 6901 for a body; `?name` for a query, `{name}` for a path parameter. */
export function inputFaults({ issues }: { issues: readonly Issue[] }, where: InputPlace): InputFault[] {
  if (where === 'body') return toFaults({ issues });
  return issues.flatMap((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [issue.path[0]];
    const detail = issue.code === 'unrecognized_keys' ? 'Unknown field' : issue.message;
    return names.map((name = '') => ({
      pointer: where === 'query' ? `?${String(name)}` : `{${String(name)}}`,
      detail,
    }));
  });
}
