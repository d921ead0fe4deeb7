import { expect, test } from 'vitest';
import { makeProgress } from './progress';

function aScreen(isTTY: boolean) {
  const written: string[] = [];
  return { written, screen: { isTTY, columns: 20, write: (text: string) => written.push(text) } };
}

test('nothing is written where nobody looks', () => {
  const { written, screen } = aScreen(false);
  const progress = makeProgress(screen);
  progress.show('half of it');
  progress.end();
  expect(written).toEqual([]);
});

test('on a terminal it is one line, no wider than that, and it goes', () => {
  const { written, screen } = aScreen(true);
  const progress = makeProgress(screen);
  progress.show('a very long line about how far it has come');
  progress.show('too soon after the first');
  progress.end();
  progress.end();
  expect(written).toEqual(['\r\u001b[Ka very long line a…', '\r\u001b[K']);
});
