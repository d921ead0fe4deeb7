/** One message of a stream (WHATWG HTML §9.2.6). `data` is null where a block only moves the id. */
export interface ServerSentMessage {
  id: string | null;
  event: string;
  data: string | null;
}

/** A stream of ours never has such a line; somebody else's does not get our memory. */
const LONGEST_LINE = 1024 * 1024;

/**
 * Reads a body of server-sent events. What a break cuts in half is not given out, so that it comes again with the resumed stream. `onBytes`
 * hears of every sign of life, comments included.
 */
export async function* readServerSent(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<ServerSentMessage, void> {
  let block = emptyBlock();
  for await (const line of linesOf(body, onBytes)) {
    if (line !== '') {
      readField(block, line);
      continue;
    }
    const { id, event, data } = block;
    if (data.length > 0 || id !== null) {
      yield { id, event: event || 'message', data: data.length === 0 ? null : data.join('\n') };
    }
    block = emptyBlock();
  }
}

interface Block {
  id: string | null;
  event: string;
  data: string[];
}

const emptyBlock = (): Block => ({ id: null, event: '', data: [] });

function readField(block: Block, line: string): void {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') block.data.push(value);
  else if (name === 'event') block.event = value;
  else if (name === 'id' && !value.includes('\0')) block.id = value;
}

/** Lines that have ended, by LF, CR LF or CR. */
async function* linesOf(body: ReadableStream<Uint8Array>, onBytes: () => void): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  let afterCr = false;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      onBytes();
      const text = decoder.decode(value, { stream: true });
      if (text === '') continue;
      // A CR at the end of one piece and a LF at the beginning of the next are one end of a line.
      rest += afterCr && text.startsWith('\n') ? text.slice(1) : text;
      afterCr = text.endsWith('\r');
      const lines = rest.split(/\r\n|\n|\r/);
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new Error('A line of the stream does not end');
      yield* lines;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
