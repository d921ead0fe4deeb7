'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronLeftIcon } from 'lucide-react';
import Link from 'next/link';
import { api } from '@/components/live/api';
import { PoliciesSkeleton } from '@/components/policies/policies-skeleton';
import { useSubmitKey } from '@/components/settings/submit-key';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { ReplayReport, ReplayResource } from '@/lib/contracts';
import { DecisionsByLevel, DecisionsByPerson } from './effort';
import { Figures } from './figures';
import { FlipList } from './flip-list';
import { ReplayProgress } from './replay-progress';
import { replayQuery } from './replay-queries';
import { replayKeys } from './replay-query-keys';
import { ReplayStatusBadge } from './replay-status';
import { countOf, describeReplayRefusal, isOpen } from './replay-words';
import { SpendTable } from './spend';
import { WaitBands } from './wait-bands';

/** A version of the rules tried on what was recorded: how far it is, and then what it found. */
export function ReplayView({ id }: { id: string }) {
  const query = useQuery(replayQuery(id));
  return (
    <Loaded query={query} what="This replay" heading="Replay" loading={<PoliciesSkeleton />}>
      {(replay, stale) => (
        <div className={cx(PAGE_BODY, 'grid gap-7')}>
          <Head replay={replay} />
          {stale}
          <div role="status" className="contents">
            <State replay={replay} />
          </div>
          {replay.report === null ? null : <Report report={replay.report} />}
        </div>
      )}
    </Loaded>
  );
}

function Head({ replay }: { replay: ReplayResource }) {
  const cancelling = useCancel(replay);
  const { policy_version: version, status } = replay;
  return (
    <div className="grid gap-2">
      <PageHeader
        title={
          <>
            Replay of <span className="font-mono">{version}</span>
          </>
        }
        meta={
          <Link
            href={`/policies/${version}`}
            className="-ml-1 inline-flex min-h-7 items-center gap-0.5 rounded-mark pr-1 text-13 text-ink-3 transition-colors hover:text-ink"
          >
            <ChevronLeftIcon className="size-4" aria-hidden="true" />
            {version}
          </Link>
        }
        description={<ReplayStatusBadge status={status} />}
        actions={
          isOpen(status) ? (
            <Button variant="danger" busy={cancelling.isPending} onClick={() => cancelling.mutate()}>
              Cancel replay
            </Button>
          ) : null
        }
      />
      <p className="text-13 text-ink-2">
        What was recorded from <Moment at={replay.from} /> to <Moment at={replay.to} />
        <span className="text-ink-3">
          {' · asked for by '}
          <VisibleText text={replay.created_by_name} />
          {', '}
          <Moment at={replay.created_at} />
        </span>
      </p>
      {cancelling.isError ? (
        <Notice role="alert" tone="no" title="It was not cancelled">
          {describeReplayRefusal(cancelling.error)}
        </Notice>
      ) : null}
    </div>
  );
}

function State({ replay }: { replay: ReplayResource }) {
  if (isOpen(replay.status)) return <ReplayProgress replay={replay} />;
  if (replay.status === 'failed') {
    return (
      <Notice tone="no" title="It did not come to an end">
        {replay.error}. Begin another one from the version’s page.
      </Notice>
    );
  }
  if (replay.status === 'cancelled') {
    return (
      <EmptyState title="It was cancelled">
        {replay.evaluated === 0
          ? 'Nothing had been judged yet.'
          : `${countOf(replay.evaluated, 'answer')} had been judged; what was counted of them is not kept.`}
      </EmptyState>
    );
  }
  return null;
}

function Report({ report }: { report: ReplayReport }) {
  if (report.evaluated === 0) {
    return (
      <EmptyState title="Nothing was recorded in this time">
        Choose a longer time, or let software ask for a while: what policy answers is recorded.
      </EmptyState>
    );
  }
  return (
    <>
      <Figures report={report} />
      <Section title="What would change" description={describeChanges(report)}>
        {report.flips.length === 0 ? (
          <p className="border-y py-3 text-13 text-ink-3">Every answer would be the same.</p>
        ) : (
          <FlipList flips={report.flips} omitted={report.flips_omitted} evaluated={report.evaluated} />
        )}
      </Section>
      <WaitBands wait={report.wait} />
      <div className="grid gap-7 wide:grid-cols-2">
        <DecisionsByLevel effort={report.effort} />
        <DecisionsByPerson effort={report.effort} />
      </div>
      <SpendTable spend={report.spend} />
    </>
  );
}

function describeChanges({ agreed, requests, overridden, erred }: ReplayReport): string {
  return [
    `${countOf(agreed, 'answer')} would be the same`,
    `${countOf(requests, 'request')} among all`,
    overridden === 0 ? null : `${overridden.toLocaleString('en-US')} denied by a stop or a budget, whatever rules say`,
    erred === 0 ? null : `a rule failed on ${erred.toLocaleString('en-US')}`,
  ]
    .filter((part) => part !== null)
    .join('; ');
}

function useCancel(replay: ReplayResource) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const { replay_id: id, policy_version: version } = replay;
  return useMutation({
    mutationFn: () => api.cancelReplay({ params: { id }, idempotencyKey: submitKey(['cancel', id]) }),
    onSuccess: (after) => {
      queries.setQueryData(replayKeys.one(id), after);
      void queries.invalidateQueries({ queryKey: replayKeys.of(version) });
      toast.success(after.status === 'cancelled' ? 'The replay is cancelled' : 'It was done already');
    },
  });
}
