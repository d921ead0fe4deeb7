import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { readFilters, toRanges } from '@/components/insights/filters';
import { InsightsView } from '@/components/insights/insights-view';
import { TIME_ZONE_COOKIE, toTimeZone } from '@/components/ui/time-format';
import { InsightQuery } from '@/lib/contracts';
import { requirePageActor } from '@/lib/http/page';
import { getBacklog, getTimeToApprove, getVolume } from '@/lib/services/insights';

export const metadata: Metadata = { title: 'Insights' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The charts, with every number read on the server. */
export default async function InsightsPage({ searchParams }: Props) {
  const actor = await requirePageActor('requests:read');
  const given = await searchParams;
  const filters = readFilters({ get: (name) => [given[name]].flat()[0] ?? null });
  const timeZone = filters.tz ?? toTimeZone((await cookies()).get(TIME_ZONE_COOKIE)?.value);
  const { current, previous } = toRanges(filters, timeZone, Date.now());
  const query = (range: typeof current) => InsightQuery.parse({ ...range, tz: timeZone, bucket: filters.bucket });
  const [time, before, volume, backlog] = await Promise.all([
    getTimeToApprove(actor, query(current)),
    getTimeToApprove(actor, query(previous)),
    getVolume(actor, query(current)),
    getBacklog(actor),
  ]);
  return (
    <InsightsView filters={filters} timeZone={timeZone} time={time} before={before} volume={volume} backlog={backlog} />
  );
}
