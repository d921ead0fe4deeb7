'use client';

import { useEffect, useState } from 'react';

const keyOf = (id: string) => `countersign.note.${id}`;

function read(id: string): string {
  try {
    return sessionStorage.getItem(keyOf(id)) ?? '';
  } catch {
    // Storage may be blocked altogether; the note then lives as long as the page.
    return '';
  }
}

/** Keeps a note for as long as this tab lives; an empty one is forgotten. */
export function keepNote(id: string, note: string): void {
  try {
    if (note === '') sessionStorage.removeItem(keyOf(id));
    else sessionStorage.setItem(keyOf(id), note);
  } catch {
    // As above: nothing is kept, and nothing breaks.
  }
}

/** A note that is being written: it survives looking at another request, and signing in again. */
export function useNote(id: string): [string, (note: string) => void] {
  const [note, setNote] = useState('');
  useEffect(() => setNote(read(id)), [id]);
  const write = (next: string) => {
    setNote(next);
    keepNote(id, next);
  };
  return [note, write];
}
