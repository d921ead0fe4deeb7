import type { CelInput } from '@bufbuild/cel';

/** What a rule may read of a text. */
const MAX_STRING = 4096;

/**
 * JSON as CEL sees it: safe integers are `int`, other numbers `double`, objects maps. A text of more than 4,096 characters is `bytes`: it
 * equals no text that a rule can write, and whoever looks into it errs, so that no rule takes a part for the whole. Depth is bounded where
 * bodies are parsed.
 */
export function toCel(value: unknown): CelInput {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string') return value.length <= MAX_STRING ? value : new TextEncoder().encode(value);
  if (Array.isArray(value)) return value.map(toCel);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, toCel(item)]));
  }
  return value as boolean | null;
}
