/**
 * RFC 8785 (JSON Canonicalization Scheme): object members sorted by UTF-16 code units, numbers and strings as ECMAScript writes
 * them. Members that are `undefined` are left out, as in JSON.stringify. Input is JSON data: no cycles, no non-finite numbers.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
