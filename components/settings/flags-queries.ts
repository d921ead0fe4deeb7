import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import type { FlagsResource } from '@/lib/contracts';
import { type FlagDraft, isSameFlag } from './flags-words';
import { flagsKey } from './settings-query-keys';
import { writeEdited } from './write-edited';

/** The flags, and the version of the configuration that they were read at: who writes says which one was seen. */
export interface ReadFlags {
  resource: FlagsResource;
  etag: string;
}

/** What waits for approval is decided elsewhere, and applied by the worker right after. */
const FOLLOW_MS = 3000;

export const flagsQuery = queryOptions({
  queryKey: flagsKey,
  queryFn: async ({ signal }): Promise<ReadFlags> => readAnswer(await api.send('getFlags', { signal })),
  refetchInterval: ({ state }) =>
    state.data?.resource.flags.some((flag) => flag.pending_request_id !== null) ? FOLLOW_MS : false,
});

/** Writes one flag over what was read (`base`); null removes it. Throws as `writeEdited`. */
export function writeFlag(
  queries: QueryClient,
  base: ReadFlags,
  flag: Pick<FlagDraft, 'key' | 'environment'>,
  { after, reason }: { after: FlagDraft | null; reason: string },
): Promise<ReadFlags> {
  return writeEdited<ReadFlags, FlagDraft>(
    {
      base,
      rowsOf: ({ resource }) => resource.flags.map(toRow),
      isEdited: (row) => isSameFlag(row, flag),
      reread: () => queries.fetchQuery({ ...flagsQuery, staleTime: 0 }),
      write: (read, rows) => writeFlags(read, rows, reason),
    },
    after,
  );
}

/** Writes the whole list, if it is still the one that was read. */
async function writeFlags(
  { etag }: Pick<ReadFlags, 'etag'>,
  flags: readonly FlagDraft[],
  reason: string,
): Promise<ReadFlags> {
  const body = { flags: flags.map(toRow), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
  return readAnswer(await api.send('putFlags', { body, ifMatch: etag }));
}

/** A flag as it is written: what the server says about it, and is not to be told, is left out. */
function toRow({ key, environment, enabled, rollout_percentage, requires_signoff, owner, description }: FlagDraft) {
  return { key, environment, enabled, rollout_percentage, requires_signoff, owner, description };
}

async function readAnswer(answer: Response): Promise<ReadFlags> {
  return { resource: (await answer.json()) as FlagsResource, etag: answer.headers.get('etag') ?? '' };
}
