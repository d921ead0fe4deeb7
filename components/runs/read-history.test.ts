import { expect, test } from 'vitest';
import { readHistory } from './read-history';

test('a history is read to its end, or until nobody would read it', async () => {
  const pages = (count: number) => async (cursor: string | undefined) => {
    const page = Number(cursor ?? '1');
    return { data: [], next_cursor: page < count ? String(page + 1) : null };
  };
  expect(await readHistory(pages(3))).toMatchObject({ whole: true });
  expect(await readHistory(pages(21))).toMatchObject({ whole: false });
});
