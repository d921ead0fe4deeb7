import { queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { secretsKey } from './settings-query-keys';

/** The tenant's secrets by name: what is known of them, never their values. */
export const secretsQuery = queryOptions({
  queryKey: secretsKey,
  queryFn: ({ signal }) => api.listSecrets({ signal }),
});
