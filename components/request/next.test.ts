import { expect, test } from 'vitest';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { aResource } from './fixtures';
import { findNext } from './next';

const open = (id: string) => aResource({ request_id: id });
const over = (id: string) => aResource({ request_id: id, status: 'approved' });
const next = (lists: ApprovalRequestResource[][], id: string) => findNext(lists, id, ({ status }) => isOpen(status));

test('after a decision comes what stands below it, and then what was passed over above', () => {
  expect(next([[open('a'), over('b'), over('c'), open('d')]], 'b')).toBe('d');
  expect(next([[open('a'), over('b'), over('c')]], 'b')).toBe('a');
});

test('the list it came from goes before others', () => {
  expect(next([[open('x')], [over('b'), open('c')]], 'b')).toBe('c');
  expect(next([[open('x')], [over('b')]], 'b')).toBe('x');
});

test('what cannot be decided is not next, and neither is the request itself', () => {
  expect(next([[open('b'), over('c')]], 'b')).toBeNull();
  expect(next([], 'b')).toBeNull();
});
