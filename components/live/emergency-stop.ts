'use client';

import { useQuery } from '@tanstack/react-query';
import type { EmergencyStopResource } from '@/lib/contracts';
import { api } from './api';
import { requestKeys } from './query-keys';

/** No event of a request tells of it, so it is asked for: whoever looks at a page sees it within this time. */
const FOLLOW_MS = 3000;

/** Whether the emergency stop is on, kept up to date; undefined until it has been read. */
export function useEmergencyStop(initial?: EmergencyStopResource): EmergencyStopResource | undefined {
  const { data } = useQuery({
    queryKey: requestKeys.emergencyStop,
    queryFn: ({ signal }) => api.getEmergencyStop({ signal }),
    refetchInterval: FOLLOW_MS,
    ...(initial === undefined ? {} : { initialData: initial }),
  });
  return data;
}
