import { Fragment } from 'react';

interface Piece {
  as: 'text' | 'code' | 'em';
  text: string;
}

/** A description cut at its Markdown: `code` between backticks, emphasis between asterisks; the rest is text. */
export function prosePieces(markdown: string): Piece[] {
  return markdown
    .split(/(`[^`]+`|(?<!\w)\*[^\s*][^*]*\*(?!\w))/)
    .filter((piece) => piece !== '')
    .map((piece): Piece => {
      if (piece.length > 2 && piece.startsWith('`')) return { as: 'code', text: piece.slice(1, -1) };
      return /^\*[^*]+\*$/.test(piece) ? { as: 'em', text: piece.slice(1, -1) } : { as: 'text', text: piece };
    });
}

/** What the contracts write in a little Markdown, as the document that is made from them shows it. */
export function Prose({ children }: { children: string }) {
  return prosePieces(children).map(({ as, text }, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text that does not change.
    if (as === 'text') return <Fragment key={index}>{text}</Fragment>;
    const Tag = as;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above.
      <Tag key={index} className={as === 'code' ? 'font-mono text-[0.95em] text-ink-2' : 'italic'}>
        {text}
      </Tag>
    );
  });
}
