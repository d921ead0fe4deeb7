/** One link of a subject's history as it is stored. `at` is RFC 3339 UTC in milliseconds, exactly as it was hashed. */
export interface ChainLink {
  seq: number;
  canonical: string;
  at: string;
  prevHash: string;
  hash: string;
}

/** What the first link of every chain follows. */
export const CHAIN_START = '';

/** The text whose SHA-256 is a link's hash: prev_hash LF canonical LF at. */
export function chainInput(prevHash: string, canonical: string, at: string): string {
  return `${prevHash}\n${canonical}\n${at}`;
}

export type ChainVerdict = { ok: true; links: number } | { ok: false; seq: number; problem: string };

/**
 * Walks one chain in the order of `seq` and says where it was edited, cut or reordered. A cut at the tail is visible only against
 * `expected`, the head that the subject itself remembers. A long chain is walked in pieces: `after` is the link that was checked last.
 */
export function verifyChain(
  links: readonly ChainLink[],
  sha256Hex: (text: string) => string,
  expected?: { seq: number; hash: string },
  after: { seq: number; hash: string } = { seq: 0, hash: CHAIN_START },
): ChainVerdict {
  let prev = after.hash;
  let seq = after.seq;
  for (const link of links) {
    seq += 1;
    if (link.seq !== seq) return { ok: false, seq, problem: `event ${seq} is missing` };
    if (link.prevHash !== prev) return { ok: false, seq, problem: 'does not follow the event before it' };
    if (sha256Hex(chainInput(prev, link.canonical, link.at)) !== link.hash) {
      return { ok: false, seq, problem: 'was changed after it was written' };
    }
    prev = link.hash;
  }
  if (expected !== undefined && expected.seq > seq) {
    return { ok: false, seq: seq + 1, problem: `the end is missing: ${expected.seq} events were recorded` };
  }
  if (expected !== undefined && (expected.seq !== seq || expected.hash !== prev)) {
    return { ok: false, seq, problem: 'is not the end that was recorded' };
  }
  return { ok: true, links: seq };
}
