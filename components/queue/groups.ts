import { formatDay } from './day';
import type { View } from './filters';
import { VIEWS } from './filters';

interface Timed {
  expires_at: string;
  created_at: string;
  resolved_at: string | null;
}

export interface Group<R> {
  label: string;
  /** In which order, where that is not plain. */
  hint: string | null;
  requests: R[];
}

const HOUR_MS = 3_600_000;

interface Reader {
  nowMs: number;
  timeZone: string;
}

function dueLabel(request: Timed, { nowMs, timeZone }: Reader): string {
  const atMs = Date.parse(request.expires_at);
  if (atMs <= nowMs) return 'Expired';
  if (atMs - nowMs <= HOUR_MS) return 'Due within the hour';
  const today = formatDay(nowMs, timeZone);
  return formatDay(atMs, timeZone) === today ? 'Due today' : 'Due later';
}

function dayLabel(at: string, { nowMs, timeZone }: Reader): string {
  const day = formatDay(Date.parse(at), timeZone);
  if (day === formatDay(nowMs, timeZone)) return 'Today';
  return day === formatDay(nowMs - 24 * HOUR_MS, timeZone) ? 'Yesterday' : 'Earlier';
}

/**
 * The list in groups, in the order it came: what is open by when it is due, what is over by the day it ended. The days are the
 * reader's. A label that comes back later joins its group, so that a row that is kept does not tear a group apart.
 */
export function groupRequests<R extends Timed>(view: View, requests: readonly R[], reader: Reader): Group<R>[] {
  const { by } = VIEWS[view];
  const groups = new Map<string, R[]>();
  for (const request of requests) {
    const label =
      by === 'due'
        ? dueLabel(request, reader)
        : dayLabel((by === 'resolved' ? request.resolved_at : null) ?? request.created_at, reader);
    const group = groups.get(label);
    if (group) group.push(request);
    else groups.set(label, [request]);
  }
  const hint = by === 'due' ? 'first due first' : 'newest first';
  return [...groups].map(([label, members], index) => ({ label, hint: index === 0 ? hint : null, requests: members }));
}
