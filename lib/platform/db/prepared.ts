import { sha256Hex } from '../crypto';

/** A text that is not always the same must not fill the server's memory with a plan each time. */
const MAX_STATEMENTS = 100;

/**
 * Gives the same name to the same text, so that PostgreSQL parses and plans it once per connection. Nothing needs it: beyond the bound a
 * statement has no name ('') and is sent as it is.
 */
export function makeStatementNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= MAX_STATEMENTS) return '';
    const name = `cs_${sha256Hex(text).slice(0, 24)}`;
    names.set(text, name);
    return name;
  };
}
