/** What a cell can be. Numbers are written as they are; null is an empty cell; objects are JSON. */
export type CsvValue = string | number | bigint | boolean | null | object;

/**
 * How a formula can begin: what spreadsheets take for one at the start of a cell, their full-width twins included (OWASP, CSV Injection).
 */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/**
 * One row as RFC 4180 has it, its CRLF included: cells with a comma, a quote or a line break are quoted. Text that a spreadsheet would
 * run as a formula gets an apostrophe in front, which they show as text.
 */
export function toCsvRow(values: readonly CsvValue[]): string {
  return `${values.map(toCell).join(',')}\r\n`;
}

function toCell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
