import { queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { readEveryVersion, VERSIONS_PAGE } from './every-version';
import { policyKeys } from './policies-query-keys';

/** Every version of the rules, newest first. */
export const policySetsQuery = queryOptions({
  queryKey: policyKeys.list,
  queryFn: ({ signal }) =>
    readEveryVersion((cursor) => api.listPolicySets({ query: { limit: VERSIONS_PAGE, cursor }, signal })),
});

/** One version with its rules. */
export const policySetQuery = (version: string) =>
  queryOptions({
    queryKey: policyKeys.one(version),
    queryFn: ({ signal }) => api.getPolicySet({ params: { version }, signal }),
  });
