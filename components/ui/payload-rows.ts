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

/** A text that reads like another JSON type is quoted, so that "250" is never taken for 250. */
function looksLikeAnotherType(text: string): boolean {
  return /^(true|false|null|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(text) || text !== text.trim();
}

function toLeaf(value: unknown, key: string, siblings: Record<string, unknown> | null): PayloadLeaf {
  if (typeof value === 'string') {
    if (value === '') return { kind: 'nothing', text: 'empty text' };
    return { kind: 'text', text: value, quoted: looksLikeAnotherType(value) };
  }
  if (typeof value === 'number') {
    const currency = siblings && Object.hasOwn(siblings, 'currency') ? siblings.currency : null;
    if (key.endsWith('_cents') && Number.isSafeInteger(value) && typeof currency === 'string') {
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
  siblings: Record<string, unknown> | null;
}

function childrenOf(path: string, value: object): Pending[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({ path: `${path}[${index}]`, key: '', value: item, siblings: null }));
  }
  const siblings = value as Record<string, unknown>;
  return Object.entries(siblings).map(([key, item]) => ({ path: childPath(path, key), key, value: item, siblings }));
}

/**
 * A payload as rows of path and value, in the order it was sent: `to.iban`, `lines[0].amount_cents`. Nothing is left out or
 * merged: this is what somebody puts their name to. A loop and not a recursion, so depth cannot overflow the stack.
 */
export function toPayloadRows(payload: unknown): PayloadRow[] {
  const rows: PayloadRow[] = [];
  const stack: Pending[] = [{ path: '', key: '', value: payload, siblings: null }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { path, key, value, siblings } = next;
    if (typeof value !== 'object' || value === null) {
      rows.push({ path, leaf: toLeaf(value, key, siblings) });
      continue;
    }
    const children = childrenOf(path, value);
    if (children.length === 0) {
      rows.push({ path, leaf: { kind: 'nothing', text: Array.isArray(value) ? 'empty list' : 'empty object' } });
    }
    for (const child of children.reverse()) stack.push(child);
  }
  return rows;
}
