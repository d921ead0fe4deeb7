import { queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { replayKeys } from './replay-query-keys';
import { isOpen } from './replay-words';

/** How often it is looked how far a replay is. */
const WATCH_MS = 1000;
/** How many of a version's replays are listed; older ones are found by the API. */
const SHOWN = 5;

/** One replay with its report; read again every second until it has ended. */
export const replayQuery = (id: string) =>
  queryOptions({
    queryKey: replayKeys.one(id),
    queryFn: ({ signal }) => api.getReplay({ params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data === undefined || isOpen(state.data.status) ? WATCH_MS : false),
  });

/** The latest replays of a version; read again every second while one of them goes on. */
export const replaysQuery = (version: string) =>
  queryOptions({
    queryKey: replayKeys.of(version),
    queryFn: ({ signal }) => api.listReplays({ query: { policy_version: version, limit: SHOWN }, signal }),
    refetchInterval: ({ state }) => (state.data?.data.some(({ status }) => isOpen(status)) ? WATCH_MS : false),
  });

/** What a version answered as the shadow in the last seven days. */
export const comparisonQuery = (version: string) =>
  queryOptions({
    queryKey: replayKeys.comparison(version),
    queryFn: ({ signal }) => api.compareShadow({ params: { version }, query: {}, signal }),
  });
