'use client';

import { Fragment, useMemo, useState } from 'react';
import { Button } from './button';
import { FoldedText } from './folded-text';
import { breakPath, type PayloadLeaf, toPayloadRows } from './payload-rows';
import { VisibleText } from './visible-text';

const FIRST_ROWS = 60;

/** What is being asked, as rows of path and value. Everything is text, nothing is interpreted, and what is invisible shows itself. */
export function PayloadTree({ payload, label = 'Payload' }: { payload: unknown; label?: string }) {
  const rows = useMemo(() => toPayloadRows(payload), [payload]);
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, FIRST_ROWS);
  return (
    <div>
      <table className="w-full table-fixed border-b font-mono text-13" aria-label={label}>
        <colgroup>
          <col className="w-28 sm:w-44" />
          <col />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ path, leaf }) => (
            <tr key={path} className="border-t align-top">
              <th
                scope="row"
                className="py-1.5 pr-3 text-left font-normal text-12 text-ink-3 leading-5 [overflow-wrap:anywhere]"
              >
                {path === '' ? <span className="font-sans">whole payload</span> : <Path path={path} />}
              </th>
              <td className="py-1.5 text-ink">
                <Leaf leaf={leaf} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length ? (
        <Button variant="plain" size="sm" className="mt-2 -ml-2" onClick={() => setAll(true)}>
          Show {(rows.length - shown.length).toLocaleString('en-US')} more
        </Button>
      ) : null}
    </div>
  );
}

/** A long name breaks between its words, and only where it must inside of one. */
function Path({ path }: { path: string }) {
  return breakPath(path).map((piece, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the path.
    <Fragment key={index}>
      {index === 0 ? null : <wbr />}
      <VisibleText text={piece} />
    </Fragment>
  ));
}

function Leaf({ leaf }: { leaf: PayloadLeaf }) {
  switch (leaf.kind) {
    case 'text':
      return leaf.quoted ? (
        <span>
          <Quote />
          <FoldedText text={leaf.text} />
          <Quote />
        </span>
      ) : (
        <FoldedText text={leaf.text} />
      );
    case 'money':
      return (
        <span>
          {leaf.text} <span className="ml-2 text-12 text-ink-3">{leaf.cents}</span>
        </span>
      );
    case 'number':
    case 'boolean':
      return <span className="[overflow-wrap:anywhere]">{leaf.text}</span>;
    case 'nothing':
      return <span className="font-sans text-ink-3 italic">{leaf.text}</span>;
  }
}

function Quote() {
  return <span className="text-ink-3">"</span>;
}
