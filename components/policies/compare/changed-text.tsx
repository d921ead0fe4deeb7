import { VisibleText } from '@/components/ui/visible-text';
import { diffWords } from './word-diff';

/** What became of a text, word by word: struck out what is gone, underlined what has come; never by hue alone. */
export function ChangedText({ before, after }: { before: string; after: string }) {
  return (
    <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      {diffWords(before, after).map(({ kind, text }, index) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: pieces have no identity but their place.
        if (kind === 'same') return <VisibleText key={index} text={text} />;
        if (kind === 'removed') {
          return (
            <del key={index} className="rounded-mark bg-no-soft text-no decoration-1">
              <VisibleText text={text} />
            </del>
          );
        }
        return (
          <ins key={index} className="rounded-mark bg-yes-soft text-yes underline decoration-1 underline-offset-2">
            <VisibleText text={text} />
          </ins>
        );
        // biome-ignore-end lint/suspicious/noArrayIndexKey: as above.
      })}
    </span>
  );
}
