import { type CelInput, celList, celMap } from '@bufbuild/cel';

/** What a rule may read of a text. */
export const MAX_STRING = 4096;
/** Comparing so much of a text takes about as long as looking at a value. */
export const CHARACTERS_PER_VALUE = 64;

/** How large what rules look at is: what an evaluation can cost follows from it (`work.ts`). */
export interface Extent {
  /** Values of every kind, those inside others included. */
  values: number;
  /** Characters of the longest text, or of the longest key. */
  longest: number;
  /** Characters of all texts and keys together. */
  characters: number;
}

/**
 * JSON as CEL sees it: safe integers are `int`, other numbers `double`, objects maps. A text of more than 4,096 characters is `bytes`: it
 * equals no text that a rule can write, and whoever looks into it errs, so that no rule takes a part for the whole. Depth is bounded where
 * bodies are parsed. What it meets is added to `extent`.
 */
export function toCel(value: unknown, extent: Extent): CelInput {
  extent.values += 1;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string') {
    if (value.length > MAX_STRING) {
      extent.values += Math.ceil(value.length / CHARACTERS_PER_VALUE);
      return new TextEncoder().encode(value);
    }
    count(value, extent);
    return value;
  }
  if (Array.isArray(value)) return celList(value.map((item) => toCel(item, extent)));
  if (typeof value === 'object' && value !== null) {
    const map = new Map<string, CelInput>();
    for (const [key, item] of Object.entries(value)) {
      count(key, extent);
      map.set(key, toCel(item, extent));
    }
    const made = celMap(map);
    // A field that is there and null is there. The engine's own test would take it for absent.
    made.has = (key) => made.get(key) !== undefined;
    return made;
  }
  return value as boolean | null;
}

function count({ length }: string, extent: Extent): void {
  extent.characters += length;
  if (length > extent.longest) extent.longest = length;
}
