import { expect, test } from 'vitest';
import { shortenId } from './short-id-format';

test('a long id keeps its prefix, its beginning and its end', () => {
  expect(shortenId('req_01JF4MZQ8X3N5K7W9B2C4D67T2')).toBe('req_01JF4M…7T2');
  expect(shortenId('sha256:9f86d081884c7d659a2feaa0c55ad015')).toBe('sha256:9f86d0…015');
});

test('a short one stays whole', () => {
  expect(['acme', 'req_1234', 'INV-4711', ''].map(shortenId)).toEqual(['acme', 'req_1234', 'INV-4711', '']);
});
