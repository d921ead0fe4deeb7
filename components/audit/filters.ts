import { exportEventsCsv, type listEvents, type QueryInputOf } from '@/lib/contracts';
import { APPROVAL_EVENT_TYPES, type ApprovalEventType } from '@/lib/domain/approval';

/** What the page shows, as its URL says it. Times are RFC 3339 instants; a day in the filter is the reader's own. */
export interface AuditFilters {
  actor?: string;
  types: ApprovalEventType[];
  from?: string;
  to?: string;
  request?: string;
}

type EventsInput = QueryInputOf<typeof listEvents>;

interface Params {
  get: (name: string) => string | null;
  getAll: (name: string) => string[];
}

const MAX_TEXT = 200;

/** Reads the filters from a URL. What makes no sense is left out, so that every link shows something. */
export function readFilters(params: Params): AuditFilters {
  const given = params.getAll('type');
  return withoutEmpty({
    actor: text(params, 'actor'),
    types: APPROVAL_EVENT_TYPES.filter((type) => given.includes(type)),
    from: instant(params, 'from'),
    to: instant(params, 'to'),
    request: text(params, 'request'),
  });
}

/** Text that the database can hold; anything else finds nothing anyway. */
function text(params: Params, name: string): string | undefined {
  const given = params.get(name)?.trim().slice(0, MAX_TEXT);
  return given?.isWellFormed() && !given.includes('\0') ? given || undefined : undefined;
}

/** A moment of a year that the API can say. */
function instant(params: Params, name: string): string | undefined {
  const atMs = Date.parse(params.get(name) ?? '');
  const at = Number.isNaN(atMs) ? '' : new Date(atMs).toISOString();
  return /^\d{4}-/.test(at) ? at : undefined;
}

/** Some of the filters; undefined takes one away. */
export type FiltersChange = { [K in keyof AuditFilters]?: AuditFilters[K] | undefined };

function withoutEmpty({ types = [], ...rest }: FiltersChange): AuditFilters {
  return {
    types,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined && value !== '')),
  };
}

/** The filters with a change. */
export function changeFilters(filters: AuditFilters, change: FiltersChange): AuditFilters {
  return withoutEmpty({ ...filters, ...change });
}

/** Whether anything narrows the history down. */
export function isFiltered({ types, ...rest }: AuditFilters): boolean {
  return types.length > 0 || Object.keys(rest).length > 0;
}

function toSearch(path: string, entries: readonly (readonly [string, string | undefined])[]): string {
  const search = new URLSearchParams();
  for (const [name, value] of entries) if (value !== undefined) search.append(name, value);
  const query = search.toString();
  return query === '' ? path : `${path}?${query}`;
}

/** The address of the page with these filters. */
export function auditHref({ actor, types, from, to, request }: AuditFilters): string {
  return toSearch('/audit', [
    ['actor', actor],
    ...types.map((type) => ['type', type] as const),
    ['from', from],
    ['to', to],
    ['request', request],
  ]);
}

/** The address of the same events as CSV. */
export function csvHref({ actor, types, from, to, request }: AuditFilters): string {
  return toSearch(exportEventsCsv.path, [
    ['actor', actor],
    ...types.map((type) => ['type', type] as const),
    ['from', from],
    ['to', to],
    ['request_id', request],
  ]);
}

export const PAGE_SIZE = 50;

/** The same as the API's feed takes it, newest first. */
export function toEventsQuery({ actor, types, from, to, request }: AuditFilters, cursor: string | null): EventsInput {
  const chosen = {
    actor,
    from,
    to,
    type: types.length > 0 ? types : undefined,
    request_id: request,
    cursor: cursor ?? undefined,
  };
  const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { ...given, order: 'desc', limit: PAGE_SIZE };
}
