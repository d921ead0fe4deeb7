import { DELIVERY_STATUSES, type DeliveryStatus, type listDeliveries, type QueryInputOf } from '@/lib/contracts';

/** Which deliveries are shown, as the page's URL says it. */
export interface DeliveryFilters {
  status: DeliveryStatus[];
  endpoint?: string;
  request?: string;
}

export const WEBHOOK_TABS = ['endpoints', 'deliveries'] as const;
export type WebhookTab = (typeof WEBHOOK_TABS)[number];

interface Params {
  get: (name: string) => string | null;
  getAll: (name: string) => string[];
}

const WEBHOOKS_PATH = '/settings/webhooks';
const PAGE_SIZE = 50;

/** The tab that a URL names; the endpoints where it names none. */
export function readTab(params: Pick<Params, 'get'>): WebhookTab {
  return params.get('tab') === 'deliveries' ? 'deliveries' : 'endpoints';
}

/** Reads the filters from a URL. What makes no sense is left out, so that every link shows something. */
export function readFilters(params: Params): DeliveryFilters {
  const given = params.getAll('status');
  return withoutEmpty({
    status: DELIVERY_STATUSES.filter((status) => given.includes(status)),
    endpoint: id(params, 'endpoint'),
    request: id(params, 'request'),
  });
}

/** An id in letters that the database can hold; anything else finds nothing anyway. */
function id(params: Params, name: string): string | undefined {
  const given = params.get(name)?.trim() ?? '';
  return /^[\w-]{1,128}$/.test(given) ? given : undefined;
}

/** Some of the filters; undefined takes one away. */
export type FiltersChange = { [K in keyof DeliveryFilters]?: DeliveryFilters[K] | undefined };

function withoutEmpty({ status = [], ...rest }: FiltersChange): DeliveryFilters {
  return { status, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

/** The filters with a change. */
export function changeFilters(filters: DeliveryFilters, change: FiltersChange): DeliveryFilters {
  return withoutEmpty({ ...filters, ...change });
}

/** Whether anything narrows the deliveries down. */
export function isFiltered({ status, endpoint, request }: DeliveryFilters): boolean {
  return status.length > 0 || endpoint !== undefined || request !== undefined;
}

/** The address of a tab; the deliveries' with the filters they are shown by. */
export function webhooksHref(tab: WebhookTab, filters: Partial<DeliveryFilters> = {}): string {
  if (tab === 'endpoints') return WEBHOOKS_PATH;
  const search = new URLSearchParams({ tab });
  for (const status of filters.status ?? []) search.append('status', status);
  if (filters.endpoint !== undefined) search.set('endpoint', filters.endpoint);
  if (filters.request !== undefined) search.set('request', filters.request);
  return `${WEBHOOKS_PATH}?${search}`;
}

/** The address of one delivery. */
export function deliveryHref(deliveryId: string): string {
  return `${WEBHOOKS_PATH}/deliveries/${encodeURIComponent(deliveryId)}`;
}

/** The filters as the API takes them. */
export function toDeliveriesQuery(
  { status, endpoint, request }: DeliveryFilters,
  cursor: string | null,
): QueryInputOf<typeof listDeliveries> {
  return {
    limit: PAGE_SIZE,
    ...(status.length > 0 ? { status } : {}),
    ...(endpoint === undefined ? {} : { endpoint_id: endpoint }),
    ...(request === undefined ? {} : { request_id: request }),
    ...(cursor === null ? {} : { cursor }),
  };
}
