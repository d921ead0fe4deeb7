import { formatMoney } from './money-format';

/** What stands at the end of a path. `text` is exactly what was sent; `money` adds how to read it. */
export type PayloadLeaf =
  | { kind: 'text'; text: string; quoted: boolean }
  | { kind: 'number' | 'boolean'; text: string }
  | { kind: 'money'; text: string; cents: string }
  | { kind: 'nothing'; text: 'null' | 'empty text' | 'empty list' | 'empty object' };

export interface PayloadRow {
  path: string;
  leaf: PayloadLeaf;
}

const PLAIN_KEY = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

function childPath(parent: string, key: string): string {
  if (!PLAIN_KEY.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent ? `${parent}.${key}` : key;
}

/** A path in the pieces between which a line may break: after what separates its words. Together they are the path. */
export function breakPath(path: string): string[] {
  return path.split(/(?<=[._]|\](?!\.))/);
}

/** A text that reads like another JSON type is quoted, so that "250" is never taken for 250. */
function looksLikeAnotherType(text: string): boolean {
  return /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(text) || text !== text.trim();
}

function toLeaf(value: unknown, key: string, currency: string | null): PayloadLeaf {
  if (typeof value === 'string') {
    if (value === '') return { kind: 'nothing', text: 'empty text' };
    return { kind: 'text', text: value, quoted: looksLikeAnotherType(value) };
  }
  if (typeof value === 'number') {
    if (key.endsWith('_cents') && Number.isSafeInteger(value) && currency !== null) {
      return { kind: 'money', text: formatMoney(value, currency), cents: String(value) };
    }
    return { kind: 'number', text: String(value) };
  }
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) };
  return { kind: 'nothing', text: 'null' };
}

interface Pending {
  path: string;
  key: string;
  value: unknown;
  /** What the amounts here are in: said by the nearest object around them that says it. */
  currency: string | null;
}

function childrenOf({ path, value, currency: around }: Pending & { value: object }): Pending[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({ path: `${path}[${index}]`, key: '', value: item, currency: around }));
  }
  const fields = value as Record<string, unknown>;
  const own = Object.hasOwn(fields, 'currency') ? fields.currency : around;
  const currency = typeof own === 'string' ? own : null;
  return Object.entries(fields).map(([key, item]) => ({ path: childPath(path, key), key, value: item, currency }));
}

/** What it is about in money comes first: the payload's own amounts, then what they are in. */
function rankOf({ key, value }: Pending): number {
  if (typeof value === 'object') return 2;
  if (key.endsWith('_cents')) return 0;
  return key === 'currency' ? 1 : 2;
}

/**
 * A payload as rows of path and value: `to.iban`, `lines[0].amount_cents`. Its own amounts and currency come first, the rest in the
 * order it is stored in, which is not the one it was sent in: jsonb sorts keys by their length. Nothing is left out or merged: this is
 * what somebody puts their name to. A loop and not a recursion, so depth cannot overflow the stack.
 */
export function toPayloadRows(payload: unknown): PayloadRow[] {
  const rows: PayloadRow[] = [];
  const stack: Pending[] = [{ path: '', key: '', value: payload, currency: null }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { path, key, value, currency } = next;
    if (typeof value !== 'object' || value === null) {
      rows.push({ path, leaf: toLeaf(value, key, currency) });
      continue;
    }
    const children = childrenOf({ ...next, value });
    if (children.length === 0) {
      rows.push({ path, leaf: { kind: 'nothing', text: Array.isArray(value) ? 'empty list' : 'empty object' } });
    }
    const isWhole = value === payload && !Array.isArray(value);
    const ordered = isWhole ? children.toSorted((a, b) => rankOf(a) - rankOf(b)) : children;
    for (const child of ordered.toReversed()) stack.push(child);
  }
  return rows;
}
