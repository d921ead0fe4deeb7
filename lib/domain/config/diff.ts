/** What names an item of a list, where the list at this path is one whose order says nothing; null where it does. */
export type Identify = (path: readonly string[]) => ((item: Record<string, unknown>) => string) | null;

/** One place in which two configurations differ. The path is a JSON pointer in which items of a list stand under their name. */
export interface Difference {
  path: string;
  before?: unknown;
  after?: unknown;
}

export interface Differences {
  added: Difference[];
  changed: Difference[];
  removed: Difference[];
}

/**
 * Where two values differ, as precisely as there is a name for it: fields of objects, items of lists that have names, and whole lists that
 * have none. A field that is null or undefined is one that is not there.
 */
export function findDifferences(
  before: unknown,
  after: unknown,
  identify: Identify,
  path: readonly string[] = [],
): Differences {
  const found: Differences = { added: [], changed: [], removed: [] };
  compare(before ?? null, after ?? null, identify, path, path, found);
  return found;
}

export function countDifferences({ added, changed, removed }: Differences): number {
  return added.length + changed.length + removed.length;
}

function compare(
  before: unknown,
  after: unknown,
  identify: Identify,
  path: readonly string[],
  named: readonly string[],
  found: Differences,
): void {
  if (isSame(before, after)) return;
  if (before === null) found.added.push({ path: toPointer(named), after });
  else if (after === null) found.removed.push({ path: toPointer(named), before });
  else {
    const [left, right] = [namedParts(before, identify(path)), namedParts(after, identify(path))];
    if (left === null || right === null || Array.isArray(before) !== Array.isArray(after)) {
      found.changed.push({ path: toPointer(named), before, after });
      return;
    }
    for (const name of new Set([...left.keys(), ...right.keys()])) {
      const inside = Array.isArray(before) ? [...path, '*'] : [...path, name];
      compare(left.get(name) ?? null, right.get(name) ?? null, identify, inside, [...named, name], found);
    }
  }
}

/** The parts of a value that have names; null where it has none. */
function namedParts(value: unknown, nameOf: ReturnType<Identify>): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    if (nameOf === null) return null;
    return new Map(value.map((item) => [nameOf(item as Record<string, unknown>), item]));
  }
  return isRecord(value) ? new Map(Object.entries(value)) : null;
}

/** Whether two values of JSON are the same. The order of an object's fields says nothing, and one that is null is not there. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b || (a ?? null) === (b ?? null)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(own(a, key), own(b, key)));
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901. */
function toPointer(path: readonly string[]): string {
  return path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
