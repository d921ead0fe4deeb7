import type { Readable } from 'node:stream';

/**
 * A body's bytes, `maxBytes` at most; `whole` says whether that was all of it. A longer body costs its connection.
 * @throws the stream's fault when the body breaks off: what came of it is not an answer.
 */
export async function readWhole(body: Readable, maxBytes: number): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    kept.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    // Leaving the loop destroys the body, and its connection.
    if (bytes > maxBytes) break;
  }
  return { bytes: Buffer.concat(kept), whole: bytes <= maxBytes };
}
