'use client';

import { useState } from 'react';
import { VisibleText } from './visible-text';

const FOLD_CHARACTERS = 400;
const FOLD_LINES = 8;

/** The beginning of a long text, by characters and by lines; null where it is short enough to show whole. */
function foldedHead(text: string): string | null {
  const byLines = text.split('\n', FOLD_LINES + 1);
  const head = byLines.length > FOLD_LINES ? byLines.slice(0, FOLD_LINES).join('\n') : text;
  if (head.length <= FOLD_CHARACTERS) return head === text ? null : head;
  // Not between the halves of a surrogate pair.
  const cut = /[\uD800-\uDBFF]$/.test(head.slice(0, FOLD_CHARACTERS)) ? FOLD_CHARACTERS - 1 : FOLD_CHARACTERS;
  return head.slice(0, cut);
}

/** Somebody else's text, folded where it is long, with a button that shows all of it. Newlines are kept. */
export function FoldedText({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const head = foldedHead(text);
  return (
    <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      <VisibleText text={open || head === null ? text : `${head}…`} />
      {head === null ? null : (
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="ml-2 rounded-mark font-medium font-sans text-12 text-act hover:underline"
        >
          {open ? 'Show less' : `Show all ${text.length.toLocaleString('en-US')} characters`}
        </button>
      )}
    </span>
  );
}
