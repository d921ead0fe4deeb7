import { expect, test } from 'vitest';
import type { PolicySetSummary } from '@/lib/contracts';
import { readEveryVersion } from './every-version';

test('a version behind the first page is read too, and each once', async () => {
  const set = (version: string) => ({ version }) as PolicySetSummary;
  const pages = new Map([
    [undefined, { data: [set('acme@3'), set('acme@2')], next_cursor: 'two' }],
    ['two', { data: [set('acme@1')], next_cursor: null }],
  ]);
  const { data } = await readEveryVersion(async (cursor) => pages.get(cursor) ?? { data: [], next_cursor: null });
  expect(data.map(({ version }) => version)).toEqual(['acme@3', 'acme@2', 'acme@1']);
});
