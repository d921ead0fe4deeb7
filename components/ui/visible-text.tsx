import { toPieces } from './text-pieces';

/**
 * Text that somebody else wrote, shown as text: isolated, so that its direction cannot leak, and with what is invisible made
 * visible. Use it for every title, note, reason, name and payload.
 */
export function VisibleText({ text }: { text: string }) {
  return (
    <bdi>
      {toPieces(text).map((piece, index) =>
        piece.kind === 'text' ? (
          piece.text
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
            key={index}
            title={piece.name}
            className="mx-px rounded-mark bg-no-soft px-1 font-mono text-no text-[0.85em] not-italic"
          >
            {piece.code}
          </span>
        ),
      )}
    </bdi>
  );
}
