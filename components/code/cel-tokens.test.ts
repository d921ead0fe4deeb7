import { expect, test } from 'vitest';
import { tokenizeCel } from './cel-tokens';

test.each(['\n', '\r', '\r\n'])('a comment ends before %j', (end) => {
  const text = `true // small${end} && false`;
  const comments = tokenizeCel(text).filter(({ kind }) => kind === 'comment');
  expect(comments.map(({ start, end }) => text.slice(start, end))).toEqual(['// small']);
});
