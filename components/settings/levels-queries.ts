import { queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import type { LevelRow, LevelsResource } from '@/lib/contracts';
import { levelsKey } from './settings-query-keys';

/** The level configuration, and the entity tag that replacing it wants. */
export interface ReadLevelRows {
  levels: LevelRow[];
  etag: string;
}

/** The level configuration of the tenant. */
export const levelsQuery = queryOptions({
  queryKey: levelsKey,
  queryFn: async ({ signal }) => readAnswer(await api.send('getLevels', { signal })),
});

/** Replaces the configuration, if it still is the one that has this tag. */
export async function replaceLevels(levels: readonly LevelRow[], etag: string): Promise<ReadLevelRows> {
  return readAnswer(await api.send('putLevels', { body: { levels: [...levels] }, ifMatch: etag }));
}

async function readAnswer(answer: Response): Promise<ReadLevelRows> {
  const { levels } = (await answer.json()) as LevelsResource;
  return { levels, etag: answer.headers.get('etag') ?? '' };
}
