import { expect, test } from 'vitest';
import { matchKey, type Pending } from './shortcut-keys';

const REGISTERED = ['j', 'k', 'a', 'x', '/', '?', 'g q', 'g a'];

/** Types keys a tenth of a second apart, unless a pause in ms is given among them, and lists what ran. */
function type(...presses: (string | number)[]): string[] {
  let pending: Pending | null = null;
  let atMs = 0;
  const ran: string[] = [];
  for (const press of presses) {
    if (typeof press === 'number') {
      atMs += press;
      continue;
    }
    atMs += 100;
    const match = matchKey({ key: press, atMs }, pending, REGISTERED);
    pending = match.pending;
    if (match.keys) ran.push(match.keys);
  }
  return ran;
}

test('single keys run at once', () => expect(type('j', 'j', 'k', '/', '?')).toEqual(['j', 'j', 'k', '/', '?']));
test('g then a letter is one shortcut and never the letter', () => expect(type('g', 'a')).toEqual(['g a']));
test('caps lock does not matter', () => expect(type('G', 'Q', 'J')).toEqual(['g q', 'j']));
test('g is forgotten after a pause, and the letter counts for itself', () =>
  expect(type('g', 2000, 'a')).toEqual(['a']));
test('an unknown sequence is forgotten, and the letter counts for itself', () =>
  expect(type('g', 'j', 'q')).toEqual(['j']));
test('what is not registered does nothing', () => expect(type('z', 'Enter', 'g', 'z', 'a')).toEqual(['a']));
