import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical';
import { CHAIN_START, type ChainLink, chainInput, verifyChain } from './chain';

const sha256Hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** An honest history of so many events. */
function aChain(length: number): ChainLink[] {
  const links: ChainLink[] = [];
  let prevHash = CHAIN_START;
  for (let seq = 1; seq <= length; seq++) {
    const canonical = canonicalJson({ seq, type: 'approval.commented', reason: `number ${seq}` });
    const at = `2026-01-14T12:00:0${seq % 10}.000Z`;
    const hash = sha256Hex(chainInput(prevHash, canonical, at));
    links.push({ seq, canonical, at, prevHash, hash });
    prevHash = hash;
  }
  return links;
}

const headOf = (links: readonly ChainLink[]) => ({ seq: links.length, hash: links.at(-1)?.hash ?? CHAIN_START });
const verify = (links: readonly ChainLink[], expected?: { seq: number; hash: string }) =>
  verifyChain(links, sha256Hex, expected);

const three = aChain(3);
const [one, two, last] = three as [ChainLink, ChainLink, ChainLink];

describe('the verifier says where', () => {
  test('nothing is wrong', () => {
    expect(verify(three, headOf(three))).toEqual({ ok: true, links: 3 });
    expect(verify([], headOf([]))).toEqual({ ok: true, links: 0 });
  });
  test('an event was edited', () =>
    expect(verify([one, { ...two, canonical: two.canonical.replace('number', 'nomber') }, last])).toEqual({
      ok: false,
      seq: 2,
      problem: 'was changed after it was written',
    }));
  test('its time was edited', () =>
    expect(verify([one, { ...two, at: '2026-01-14T11:00:02.000Z' }, last])).toEqual({
      ok: false,
      seq: 2,
      problem: 'was changed after it was written',
    }));
  test('it was edited and its own hash made anew', () => {
    const canonical = two.canonical.replace('number', 'nomber');
    const forged = { ...two, canonical, hash: sha256Hex(chainInput(two.prevHash, canonical, two.at)) };
    expect(verify([one, forged, last])).toEqual({ ok: false, seq: 3, problem: 'does not follow the event before it' });
  });
  test('an event in the middle was cut out', () =>
    expect(verify([one, last])).toEqual({ ok: false, seq: 2, problem: 'event 2 is missing' }));
  test('the beginning was cut off', () =>
    expect(verify([two, last])).toEqual({ ok: false, seq: 1, problem: 'event 1 is missing' }));
  test('two events changed places', () =>
    expect(verify([one, { ...last, seq: 2 }, { ...two, seq: 3 }])).toEqual({
      ok: false,
      seq: 2,
      problem: 'does not follow the event before it',
    }));
  test('the end was cut off', () =>
    expect(verify([one, two], headOf(three))).toEqual({
      ok: false,
      seq: 3,
      problem: 'the end is missing: 3 events were recorded',
    }));
  test('the whole history was rewritten', () => {
    const other = aChain(3).map((link) => ({ ...link, canonical: link.canonical.replace('number', 'nomber') }));
    let prevHash = CHAIN_START;
    const rewritten = other.map((link) => {
      const hash = sha256Hex(chainInput(prevHash, link.canonical, link.at));
      const made = { ...link, prevHash, hash };
      prevHash = hash;
      return made;
    });
    expect(verify(rewritten).ok).toBe(true);
    expect(verify(rewritten, headOf(three))).toEqual({
      ok: false,
      seq: 3,
      problem: 'is not the end that was recorded',
    });
  });
  test('events were added after the end', () =>
    expect(verify(three, headOf([one, two]))).toEqual({
      ok: false,
      seq: 3,
      problem: 'is not the end that was recorded',
    }));
});

test('any edit of any field of any event is found at that event or the one after it', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      fc.constantFrom('seq', 'canonical', 'at', 'prevHash', 'hash'),
      fc.nat(),
      (length, position, field, where) => {
        const links = aChain(length);
        const index = position % length;
        const link = links[index] as ChainLink;
        const old = String(link[field as keyof ChainLink]);
        const at = where % Math.max(1, old.length);
        const edited = `${old.slice(0, at)}${old.charAt(at) === '1' ? '2' : '1'}${old.slice(at + 1)}`;
        links[index] = { ...link, [field]: field === 'seq' ? Number(edited) : edited };
        const verdict = verify(links, headOf(aChain(length)));
        expect(verdict.ok).toBe(false);
        if (!verdict.ok) expect([index + 1, index + 2]).toContain(verdict.seq);
      },
    ),
  ));

test('any events left out, wherever, are found', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.gen(), (length, draw) => {
      const links = aChain(length);
      const kept = draw(fc.subarray, links, { maxLength: length - 1 });
      expect(verify(kept, headOf(links)).ok).toBe(false);
    }),
  ));

test('the text that is hashed has exactly three lines, whatever the event says', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'\n\r\u2028\u0085\u0000\t"\\aé😀') }), (reason) => {
      expect(chainInput('', canonicalJson({ reason }), '2026-01-14T12:00:00.000Z').split('\n')).toHaveLength(3);
    }),
  ));
