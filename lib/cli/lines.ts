/** Puts pieces of a stream of text together to what is whole. */
export interface Assembler {
  /** Answers with what has become whole, and what names the last of it; what is left over waits for the next piece. */
  take: (chunk: Uint8Array) => { text: string; last: string | null };
  /** Whether nothing is left over: a stream that ends otherwise was cut off, whatever the connection says. */
  isWhole: () => boolean;
}

/** Whole lines, with their ends; `last` is the last of them without it. */
export function lineAssembler(): Assembler {
  const decoder = new TextDecoder();
  let rest = '';
  return {
    take: (chunk) => {
      rest += decoder.decode(chunk, { stream: true });
      const end = rest.lastIndexOf('\n');
      if (end === -1) return { text: '', last: null };
      const text = rest.slice(0, end + 1);
      rest = rest.slice(end + 1);
      return { text, last: text.slice(text.lastIndexOf('\n', end - 1) + 1, end) };
    },
    isWhole: () => rest === '',
  };
}

/**
 * The lines of a text, without their ends (LF, or CR LF); the last one may lack it. Node's own readline also ends lines at U+2028 and U+2029,
 * which JSON leaves in its strings as they are.
 */
export async function* readLines(pieces: AsyncIterable<Uint8Array | string>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    rest += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
