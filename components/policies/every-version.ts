import type { PolicySetSummary } from '@/lib/contracts';

/** How much of the list is read at once. */
export const VERSIONS_PAGE = 200;

interface Page {
  data: PolicySetSummary[];
  next_cursor: string | null;
}

/** Every version, newest first: the one that decides may be older than a page of drafts. */
export async function readEveryVersion(readPage: (cursor: string | undefined) => Promise<Page>) {
  const data: PolicySetSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    data.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return { data };
}
