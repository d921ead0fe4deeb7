import { ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { dayIn } from '@/components/ui/zoned-day';
import type { Backlog, TimeToApprove, Volume } from '@/lib/contracts';
import { ApprovalTimeChart } from './approval-time-chart';
import { BacklogAges, BacklogByLevel } from './backlog-section';
import { describeDays } from './buckets';
import { DistributionChart } from './distribution-chart';
import { type InsightFilters, insightsHref } from './filters';
import { KpiStrip } from './kpi-strip';
import { countAll } from './outcomes';
import { Picked, Picking, RangePicker } from './range-picker';
import { VolumeChart } from './volume-chart';
import { WaitingByLevel } from './waiting-by-level';

export interface InsightsViewProps {
  filters: InsightFilters;
  timeZone: string;
  time: TimeToApprove;
  before: TimeToApprove;
  volume: Volume;
  backlog: Backlog;
}

/** Where time goes: how long approvals take, what became of requests, and what waits. */
export function InsightsView({ filters, timeZone, time, before, volume, backlog }: InsightsViewProps) {
  const days = describeDays(dayIn(timeZone, Date.parse(time.from)), dayIn(timeZone, Date.parse(time.to)));
  const nothing = countAll(volume.total) === 0 && backlog.open === 0;
  return (
    <Picking>
      <div className={cx(PAGE_BODY, 'grid gap-5.5')}>
        <PageHeader
          title="Where time goes"
          description={days}
          actions={<RangePicker filters={filters} timeZone={timeZone} />}
        />
        <Picked>
          {nothing ? (
            <Nothing filters={filters} />
          ) : (
            <div className="grid gap-8.5">
              <KpiStrip time={time} before={before} volume={volume} backlog={backlog} />
              <Row>
                <ApprovalTimeChart data={time} />
                <DistributionChart data={time} />
              </Row>
              <Row>
                <VolumeChart data={volume} />
                <WaitingByLevel rows={time.by_level} />
              </Row>
              <Row>
                <BacklogAges backlog={backlog} />
                <BacklogByLevel backlog={backlog} />
              </Row>
            </div>
          )}
        </Picked>
      </div>
    </Picking>
  );
}

function Row({ children }: { children: React.ReactNode }) {
  return (
    <div className="grid gap-x-11 gap-y-8.5 *:min-w-0 wide:grid-cols-[minmax(0,2.1fr)_minmax(0,1fr)]">{children}</div>
  );
}

function Nothing({ filters }: { filters: InsightFilters }) {
  const longer = filters.days < 365;
  return (
    <EmptyState
      title="Nothing was asked in this time"
      action={
        longer ? (
          <ButtonLink href={insightsHref({ days: 365, bucket: 'week', tz: filters.tz })}>Look at 365 days</ButtonLink>
        ) : (
          <ButtonLink href="/docs">How to ask for an approval</ButtonLink>
        )
      }
    >
      Once software asks for approvals, this page shows how long they take, how they end and what waits.
    </EmptyState>
  );
}
