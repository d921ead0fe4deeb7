import type { Assembler } from './lines';

/**
 * Puts pieces of CSV (RFC 4180) together to whole rows, through as many answers as it takes: the first row of the first answer names the
 * columns, and the one called `column` names each row, so that the next answer can go on behind it.
 */
export function csvRows(column: string): { begin: () => Assembler } {
  let at: number | null = null;
  let named = false;
  return {
    begin() {
      const decoder = new TextDecoder();
      // An answer that broke off before its first row begins with the names of the columns again.
      let skipHeader = at !== null && !named;
      let rest = '';
      let scanned = 0;
      let quoted = false;
      const take: Assembler['take'] = (chunk) => {
        rest += decoder.decode(chunk, { stream: true });
        const ends: number[] = [];
        for (; scanned < rest.length; scanned++) {
          if (rest[scanned] === '"') quoted = !quoted;
          else if (rest[scanned] === '\n' && !quoted) ends.push(scanned + 1);
        }
        const end = ends.at(-1);
        if (end === undefined) return { text: '', last: null };
        let from = 0;
        if (at === null || skipHeader) {
          const [headerEnd = end] = ends;
          at = readRow(rest.slice(0, headerEnd)).indexOf(column);
          if (skipHeader) from = headerEnd;
          skipHeader = false;
          if (headerEnd === end) {
            const text = rest.slice(from, end);
            rest = rest.slice(end);
            scanned -= end;
            return { text, last: null };
          }
        }
        const row = rest.slice(ends.at(-2) ?? 0, end);
        const text = rest.slice(from, end);
        rest = rest.slice(end);
        scanned -= end;
        named = true;
        return { text, last: readRow(row)[at] ?? null };
      };
      return { take, isWhole: () => rest === '' };
    },
  };
}

function readRow(row: string): string[] {
  const cells = row.replace(/\r?\n$/, '').match(/("(?:[^"]|"")*"|[^",]*)(,|$)/g) ?? [];
  return cells.map((cell) =>
    cell
      .replace(/,$/, '')
      .replace(/^"([\s\S]*)"$/, '$1')
      .replaceAll('""', '"'),
  );
}
