import type { DeliveryFilters } from './webhooks-filters';

/** Under which keys the webhooks' pages keep what they have read; the server puts its first read there too. */
export const endpointsKey = ['settings', 'webhooks', 'endpoints'] as const;
const allDeliveriesKey = ['settings', 'webhooks', 'deliveries'] as const;
export const deliveryKeys = {
  all: allDeliveriesKey,
  list: (filters: DeliveryFilters) => [...allDeliveriesKey, 'list', filters] as const,
  one: (id: string) => [...allDeliveriesKey, 'one', id] as const,
};
