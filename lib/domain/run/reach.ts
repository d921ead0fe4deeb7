import { dependents, inOrder, type Node } from './graph';

/** A set of tasks, a bit for each in the order of the definition: questions about whole graphs stay quick, asked for every pair of tasks. */
export type Bits = Uint32Array;

/** Who comes before and after each task, everything along the way included. */
export interface Reach {
  place: ReadonlyMap<string, number>;
  /** Everything downstream of a task, by its place; itself left out. */
  down: readonly Bits[];
  up: readonly Bits[];
}

/** Of each list of tasks once: a definition never changes, and is asked again for every step of a plan. */
const KNOWN = new WeakMap<readonly Node[], Reach>();

/** What reaches what in a graph without cycles; whatever is in a cycle reaches nothing. */
export function reachOf(tasks: readonly Node[]): Reach {
  const known = KNOWN.get(tasks) ?? walk(tasks);
  KNOWN.set(tasks, known);
  return known;
}

function walk(tasks: readonly Node[]): Reach {
  const place = new Map(tasks.map(({ id }, index) => [id, index]));
  const waitsFor = new Map(tasks.map(({ id, dependsOn }) => [id, dependsOn]));
  const order = inOrder(tasks);
  const along = (ids: readonly string[], next: ReadonlyMap<string, readonly string[]>) => {
    const sets = tasks.map(() => noneOf(tasks.length));
    for (const id of ids) {
      const set = sets[place.get(id) ?? -1];
      for (const name of next.get(id) ?? []) {
        const at = place.get(name);
        const further = at === undefined ? undefined : sets[at];
        if (set === undefined || at === undefined || further === undefined) continue;
        add(set, at);
        addAll(set, further);
      }
    }
    return sets;
  };
  return { place, down: along(order.toReversed(), dependents(tasks)), up: along(order, waitsFor) };
}

export function noneOf(size: number): Bits {
  return new Uint32Array(Math.ceil(size / 32));
}

export function has(set: Bits, at: number): boolean {
  return ((set[at >>> 5] ?? 0) & (1 << (at & 31))) !== 0;
}

export function add(set: Bits, at: number): void {
  set[at >>> 5] = (set[at >>> 5] ?? 0) | (1 << (at & 31));
}

export function remove(set: Bits, at: number): void {
  set[at >>> 5] = (set[at >>> 5] ?? 0) & ~(1 << (at & 31));
}

export function addAll(set: Bits, more: Bits): void {
  for (let word = 0; word < set.length; word++) set[word] = (set[word] ?? 0) | (more[word] ?? 0);
}

/** What is in both. */
export function both(one: Bits, other: Bits): Bits {
  return one.map((word, index) => word & (other[index] ?? 0));
}

/** What is in one and not in the other. */
export function without(set: Bits, less: Bits): Bits {
  return set.map((word, index) => word & ~(less[index] ?? 0));
}

export function isEmpty(set: Bits): boolean {
  return set.every((word) => word === 0);
}

/** Whether everything of the one is in one of the others. */
export function isWithin(set: Bits, ...others: readonly Bits[]): boolean {
  for (let word = 0; word < set.length; word++) {
    let left = set[word] ?? 0;
    for (const other of others) left &= ~(other[word] ?? 0);
    if (left !== 0) return false;
  }
  return true;
}
