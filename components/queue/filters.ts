import type { listRequests, QueryInputOf } from '@/lib/contracts';
import { POLICY_TYPES, type PolicyType } from '@/lib/domain/policy';

/** The views of the queue. What is open is sorted by what is due first, the rest by what happened last. */
export const VIEWS = {
  open: { label: 'Open', query: { status: ['open'], sort: 'expires_at' }, by: 'due' },
  mine: { label: 'Mine', query: { assigned_to_me: 'true', sort: 'expires_at' }, by: 'due' },
  approved: { label: 'Approved', query: { status: ['approved'], sort: '-resolved_at' }, by: 'resolved' },
  rejected: { label: 'Rejected', query: { status: ['rejected'], sort: '-resolved_at' }, by: 'resolved' },
  expired: { label: 'Expired', query: { status: ['expired'], sort: '-resolved_at' }, by: 'resolved' },
  cancelled: { label: 'Cancelled', query: { status: ['cancelled'], sort: '-resolved_at' }, by: 'resolved' },
  all: { label: 'All', query: { sort: '-created_at' }, by: 'created' },
} as const satisfies Record<string, { label: string; query: ListInput; by: 'due' | 'resolved' | 'created' }>;

export type View = keyof typeof VIEWS;
type ListInput = QueryInputOf<typeof listRequests>;

/** What the queue shows, as its URL says it. Times are RFC 3339 instants; a day in the filter is the reader's own. */
export interface QueueFilters {
  view: View;
  q?: string;
  skill?: string;
  agent?: string;
  type?: PolicyType;
  level?: number;
  after?: string;
  before?: string;
}

/** The filters beside view and search: those that the filter panel holds. */
export const PANEL_FILTERS = [
  'skill',
  'agent',
  'type',
  'level',
  'after',
  'before',
] as const satisfies readonly (keyof QueueFilters)[];

interface Params {
  get: (name: string) => string | null;
}

const MAX_TEXT = 200;

function text(params: Params, name: string): string | undefined {
  return params.get(name)?.trim().slice(0, MAX_TEXT) || undefined;
}

function instant(params: Params, name: string): string | undefined {
  const atMs = Date.parse(params.get(name) ?? '');
  return Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString();
}

/** Reads the filters from a URL. What makes no sense is left out, so that every link shows something. */
export function readFilters(params: Params): QueueFilters {
  const view = params.get('view') ?? '';
  const level = Number(params.get('level'));
  return withoutEmpty({
    view: Object.hasOwn(VIEWS, view) ? (view as View) : 'open',
    q: text(params, 'q'),
    skill: text(params, 'skill'),
    agent: text(params, 'agent'),
    type: POLICY_TYPES.find((type) => type === params.get('type')),
    level: [1, 2, 3, 4, 5].includes(level) ? level : undefined,
    after: instant(params, 'after'),
    before: instant(params, 'before'),
  });
}

type Loose<T> = { [K in keyof T]?: T[K] | undefined };

function withoutEmpty(filters: Loose<QueueFilters> & { view: View }): QueueFilters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as QueueFilters;
}

/** The filters with a change; undefined takes one away. */
export function changeFilters(filters: QueueFilters, change: Loose<QueueFilters>): QueueFilters {
  return withoutEmpty({ ...filters, ...change, view: change.view ?? filters.view });
}

const ALL_FILTERS = ['view', 'q', ...PANEL_FILTERS] as const satisfies readonly (keyof QueueFilters)[];

/** The address of the queue with these filters, in whatever order they were set, and of what is selected in it. */
export function queueHref(filters: QueueFilters, selected?: string | null): string {
  const search = new URLSearchParams();
  for (const name of ALL_FILTERS) {
    const value = filters[name];
    if (value !== undefined && !(name === 'view' && value === 'open')) search.set(name, String(value));
  }
  if (selected) search.set('selected', selected);
  const query = search.toString();
  return query === '' ? '/queue' : `/queue?${query}`;
}

/** How many filters of the panel are set. */
export function countFilters(filters: QueueFilters): number {
  return PANEL_FILTERS.filter((name) => filters[name] !== undefined).length;
}

/** Whether a search or a filter leaves out some of the view. */
export function isNarrowed(filters: QueueFilters): boolean {
  return filters.q !== undefined || countFilters(filters) > 0;
}

export const PAGE_SIZE = 50;

/** The same as the API's list takes it. */
export function toListQuery(filters: QueueFilters, cursor: string | null): ListInput {
  const { view, q, skill, agent, type, level, after, before } = filters;
  const chosen = {
    q,
    skill_id: skill,
    agent_id: agent,
    policy_type: type,
    level,
    created_after: after,
    created_before: before,
    cursor: cursor ?? undefined,
  };
  const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
  return { ...VIEWS[view].query, ...given, limit: PAGE_SIZE } as ListInput;
}
