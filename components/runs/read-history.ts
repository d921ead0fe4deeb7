import type { RunEventResource } from '@/lib/contracts';

interface Page {
  data: RunEventResource[];
  next_cursor: string | null;
}

export const HISTORY_PAGE = 200;
const MOST_PAGES = 20;

/** Reads a history page by page, as far as anybody will read it. */
export async function readHistory(
  readPage: (cursor: string | undefined) => Promise<Page>,
): Promise<{ events: RunEventResource[]; whole: boolean }> {
  const events: RunEventResource[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { data, next_cursor } = await readPage(cursor);
    events.push(...data);
    if (next_cursor === null) return { events, whole: true };
    cursor = next_cursor;
  }
  return { events, whole: false };
}
