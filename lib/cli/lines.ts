/**
 * Puts pieces of a stream of text together to whole lines. Each call answers with the lines that have become whole, with their ends, and the
 * last of them; what is left over waits for the next piece, and is never given out by itself.
 */
export function lineAssembler(): (chunk: Uint8Array) => { text: string; last: string | null } {
  const decoder = new TextDecoder();
  let rest = '';
  return (chunk) => {
    rest += decoder.decode(chunk, { stream: true });
    const end = rest.lastIndexOf('\n');
    if (end === -1) return { text: '', last: null };
    const text = rest.slice(0, end + 1);
    rest = rest.slice(end + 1);
    return { text, last: text.slice(text.lastIndexOf('\n', end - 1) + 1, end) };
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
