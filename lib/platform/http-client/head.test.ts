import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { cleanHead, readHead } from './head';

const bytes = (text: string) => new TextEncoder().encode(text);

test('what a stranger answered is kept without control, direction or line characters', () => {
  expect(cleanHead(bytes('ok\u0000\u001b[31m red\r\nnext\u202e txt\u0085'))).toBe('ok[31m red next txt');
});

test('bytes that are not text do not break what is stored', () => {
  const text = cleanHead(new Uint8Array([0x68, 0x69, 0xff, 0xfe, 0xc3]));
  expect(text.isWellFormed()).toBe(true);
  expect(text).toMatch(/^hi\ufffd+$/);
});

test('a character that the limit cuts in two is left out', async () => {
  const text = await readHead(Readable.from([Buffer.from(`${'x'.repeat(1023)}é`)]), 1000);
  expect(text).toBe('x'.repeat(1023));
});

test('a body that breaks off gives what came of it', async () => {
  const body = new Readable({ read() {} });
  body.push(Buffer.from('half'));
  setImmediate(() => body.destroy(new Error('reset')));
  expect(await readHead(body, 1000)).toBe('half');
});
