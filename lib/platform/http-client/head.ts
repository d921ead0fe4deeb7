import type { Readable } from 'node:stream';

/** What is kept of an answer's body. */
const HEAD_BYTES = 1024;
/** What is read to its end, so that the connection can be used again; a longer body costs the connection. */
const DRAIN_BYTES = 65_536;

/**
 * The first KiB of a body as text without control characters. Reads little more than that and waits no longer than `patienceMs`; a body
 * that breaks, drips or never ends gives what came of it.
 */
export async function readHead(body: Readable, patienceMs: number): Promise<string> {
  const kept: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => body.destroy(), patienceMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (bytes < HEAD_BYTES) kept.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
      // Leaving the loop destroys the body, and its connection.
      if (bytes > DRAIN_BYTES) break;
    }
  } catch {
    // The status has been said; a body that breaks off changes nothing about it.
  } finally {
    clearTimeout(timer);
  }
  return cleanHead(Buffer.concat(kept));
}

/** Bytes of a stranger as text that can be stored and shown: UTF-8 where it is, no control or direction characters, one line. */
export function cleanHead(bytes: Uint8Array): string {
  return new TextDecoder('utf-8')
    .decode(bytes, { stream: true })
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .trim();
}
