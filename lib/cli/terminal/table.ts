import { plainLine } from './plain-text';

export interface Column<Row> {
  head: string;
  text: (row: Row) => string;
  /** May be cut down to this many columns of the terminal; without it, it is always whole. */
  least?: number;
  paint?: (text: string, row: Row) => string;
}

const GAP = 2;

/**
 * A table, a line per row under its head. With a `width` it fits: what may be cut loses its end (`…`), the widest first. Without one, which
 * is when nobody looks, nothing is cut.
 */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number | null): string {
  const cells = rows.map((row) => columns.map(({ text }) => plainLine(text(row))));
  const natural = columns.map(({ head }, i) =>
    Math.max(displayWidth(head), ...cells.map((line) => displayWidth(line[i] ?? ''))),
  );
  const widths = width === null ? natural : shrink(columns, natural, width);
  const line = (texts: readonly string[], paint: (text: string, index: number) => string) =>
    texts
      .map((text, i) => {
        const cut = cutTo(text, widths[i] ?? 0);
        const last = i === texts.length - 1;
        return paint(cut, i) + (last ? '' : ' '.repeat((widths[i] ?? 0) - displayWidth(cut) + GAP));
      })
      .join('')
      .trimEnd();
  const heading = line(
    columns.map(({ head }) => head),
    (text) => text,
  );
  const lines = rows.map((row, n) => line(cells[n] ?? [], (text, i) => columns[i]?.paint?.(text, row) ?? text));
  return [heading, ...lines].map((text) => `${text}\n`).join('');
}

function shrink<Row>(columns: readonly Column<Row>[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const room = width - GAP * (columns.length - 1);
  for (let over = sum(widths) - room; over > 0; over--) {
    let widest = -1;
    for (const [i, { least }] of columns.entries()) {
      const own = widths[i] ?? 0;
      if (least !== undefined && own > least && own > (widths[widest] ?? 0)) widest = i;
    }
    // What is left cannot be cut: the terminal wraps it, and nothing is lost.
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many columns a terminal gives to a text: two for East Asian wide characters and emoji (Unicode Standard Annex 11), none for marks alone. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

const WIDE =
  /^[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

function graphemeWidth(grapheme: string): number {
  if (/^\p{Mark}+$/u.test(grapheme)) return 0;
  return /\p{Emoji_Presentation}|\ufe0f/u.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

/** The text, or as much of it as leaves a place for `…`. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += graphemeWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept}…`;
}
