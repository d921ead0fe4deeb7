/** As much of a task as the shape of the graph needs. */
export interface Node {
  id: string;
  dependsOn: readonly string[];
}

/** Who waits for whom, turned around: the tasks that depend on each. Unknown names are left out. */
export function dependents(tasks: readonly Node[]): Map<string, string[]> {
  const known = new Map<string, string[]>(tasks.map(({ id }) => [id, []]));
  for (const { id, dependsOn } of tasks) {
    for (const name of new Set(dependsOn)) known.get(name)?.push(id);
  }
  return known;
}

/** Everything downstream of a task, itself left out. */
export function downstreamOf(id: string, next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const name of next.get(at) ?? []) {
      if (found.has(name)) continue;
      found.add(name);
      open.push(name);
    }
  }
  found.delete(id);
  return found;
}

/** The tasks in an order in which each comes after what it waits for, ties as they are written. Whatever is in a cycle is left out. */
export function inOrder(tasks: readonly Node[]): string[] {
  const next = dependents(tasks);
  const place = new Map(tasks.map(({ id }, index) => [id, index]));
  const waits = new Map(
    tasks.map(({ id, dependsOn }) => [id, new Set(dependsOn.filter((name) => place.has(name))).size]),
  );
  let layer = tasks.filter(({ id }) => waits.get(id) === 0).map(({ id }) => id);
  const order: string[] = [];
  while (layer.length > 0) {
    order.push(...layer);
    const freed: string[] = [];
    for (const id of layer) {
      for (const name of next.get(id) ?? []) {
        const left = (waits.get(name) ?? 0) - 1;
        waits.set(name, left);
        if (left === 0) freed.push(name);
      }
    }
    layer = freed.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }
  return order;
}

/**
 * One cycle of each group of tasks that wait for each other, as the names along it with the first repeated at the end, in the order of the
 * definition. Without recursion.
 */
export function findCycles(tasks: readonly Node[]): string[][] {
  const placed = new Set(inOrder(tasks));
  const stuck = tasks.filter(({ id }) => !placed.has(id));
  const next = dependents(stuck);
  const waitsFor = new Map(stuck.map(({ id, dependsOn }) => [id, dependsOn.filter((name) => next.has(name))]));
  const named = new Set<string>();
  return stuck.flatMap(({ id }) => {
    if (named.has(id)) return [];
    const after = downstreamOf(id, next);
    const group = new Set([id, ...[...downstreamOf(id, waitsFor)].filter((name) => after.has(name))]);
    for (const name of group) named.add(name);
    const cycle = cycleFrom(id, waitsFor, group);
    return cycle === null ? [] : [cycle];
  });
}

/** Whoever waits for each other waits for one of the group: following that comes back to where it has been. */
function cycleFrom(
  start: string,
  waitsFor: ReadonlyMap<string, readonly string[]>,
  group: ReadonlySet<string>,
): string[] | null {
  const path: string[] = [];
  const seenAt = new Map<string, number>();
  for (let at: string | undefined = start; at !== undefined; ) {
    const before = seenAt.get(at);
    if (before !== undefined) return [...path.slice(before), at];
    seenAt.set(at, path.length);
    path.push(at);
    at = waitsFor.get(at)?.find((name) => group.has(name));
  }
  return null;
}
