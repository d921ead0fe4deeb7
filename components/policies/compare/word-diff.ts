/** A piece of a text that two versions share, or that only one of them has. */
export interface DiffPiece {
  kind: 'same' | 'removed' | 'added';
  text: string;
}

/** Beyond this, the table of what two texts share would be too large to make while somebody waits. */
const MAX_CELLS = 4_000_000;
/** Words, runs of space, and signs one by one. */
const WORDS = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

/** What changed between two texts, word by word: the longest sequence of words that both have is the same, the rest is not. */
export function diffWords(before: string, after: string): DiffPiece[] {
  const [old, now] = [before.match(WORDS) ?? [], after.match(WORDS) ?? []];
  const head = lengthOfSame(old, now);
  const tail = lengthOfSame(old.slice(head).reverse(), now.slice(head).reverse());
  const [oldMiddle, nowMiddle] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  return joined([
    ...old.slice(0, head).map((text) => ({ kind: 'same' as const, text })),
    ...diffMiddle(oldMiddle, nowMiddle),
    ...old.slice(old.length - tail).map((text) => ({ kind: 'same' as const, text })),
  ]);
}

function lengthOfSame(one: readonly string[], other: readonly string[]): number {
  const length = one.findIndex((word, index) => word !== other[index]);
  return length === -1 ? one.length : length;
}

function diffMiddle(old: readonly string[], now: readonly string[]): DiffPiece[] {
  if (old.length * now.length > MAX_CELLS) {
    return [
      { kind: 'removed', text: old.join('') },
      { kind: 'added', text: now.join('') },
    ];
  }
  const shared = sharedLengths(old, now);
  const width = now.length + 1;
  const at = (i: number, j: number) => shared[i * width + j] ?? 0;
  const pieces: DiffPiece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      pieces.push({ kind: 'same', text: old[i] ?? '' });
      i++;
      j++;
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'removed', text: old[i++] ?? '' });
    } else {
      pieces.push({ kind: 'added', text: now[j++] ?? '' });
    }
  }
  return pieces;
}

/** How many words the rests from each pair of places on have in common, in order. */
function sharedLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const shared = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const isSame = old[i] === now[j];
      const [right, below] = [shared[i * width + j + 1] ?? 0, shared[(i + 1) * width + j] ?? 0];
      shared[i * width + j] = isSame ? (shared[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(right, below);
    }
  }
  return shared;
}

/** Neighbours of one kind as one piece; of what changed in one place, what was there comes first. */
function joined(pieces: readonly DiffPiece[]): DiffPiece[] {
  const found: DiffPiece[] = [];
  let [removed, added] = ['', ''];
  const flush = () => {
    if (removed !== '') found.push({ kind: 'removed', text: removed });
    if (added !== '') found.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const [index, { kind, text }] of pieces.entries()) {
    // A space between two words that changed has changed with them: "a person", not "a" and "person".
    const next = pieces[index + 1]?.kind ?? 'same';
    const isWithin = kind === 'same' && /^\s+$/.test(text) && removed !== '' && added !== '' && next !== 'same';
    if (kind === 'removed' || isWithin) removed += text;
    if (kind === 'added' || isWithin) added += text;
    if (kind === 'same' && !isWithin) {
      flush();
      const last = found.at(-1);
      if (last?.kind === 'same') last.text += text;
      else found.push({ kind, text });
    }
  }
  flush();
  return found;
}
