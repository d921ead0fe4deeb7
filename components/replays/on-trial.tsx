'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { ActDialog } from '@/components/policies/act-dialog';
import { type SetAct, whyNot } from '@/components/policies/policies-words';
import { WhoWhen } from '@/components/policies/who-when';
import { Button } from '@/components/ui/button';
import { Loaded } from '@/components/ui/loaded';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { Skeleton } from '@/components/ui/skeleton';
import { Table } from '@/components/ui/table';
import type { PolicySetResource, ReplaySummary, ShadowComparison } from '@/lib/contracts';
import { FlipList } from './flip-list';
import { ReplayDialog } from './replay-dialog';
import { comparisonQuery, replaysQuery } from './replay-queries';
import { ReplayStatusBadge } from './replay-status';
import { countOf, describeProgress, isOpen, replayHref, shareOf } from './replay-words';

interface OnTrialProps {
  set: PolicySetResource;
  /** The version that decides, if rules do. */
  active: string | null;
}

/** A version before it decides: tried on the past, and judged beside the active one. */
export function OnTrial({ set, active }: OnTrialProps) {
  return (
    <div className="grid gap-7">
      <Replays version={set.version} />
      <Shadow set={set} active={active} />
    </div>
  );
}

function Replays({ version }: { version: string }) {
  const [asking, setAsking] = useState(false);
  const query = useQuery(replaysQuery(version));
  return (
    <Section
      id="replays"
      className="scroll-mt-4"
      title="Replays"
      description="This version, tried on what was recorded"
      actions={<Button onClick={() => setAsking(true)}>Replay</Button>}
    >
      <ReplayDialog version={version} open={asking} onClose={() => setAsking(false)} />
      <Loaded query={query} what="The replays" loading={<Skeleton className="h-10 w-full" />}>
        {({ data }, stale) => (
          <>
            {stale}
            <Table
              label="Replays"
              columns={COLUMNS}
              rows={data}
              rowKey={(replay) => replay.replay_id}
              empty={<p className="py-3 text-13 text-ink-3">It has not been tried on anything yet.</p>}
            />
          </>
        )}
      </Loaded>
    </Section>
  );
}

const COLUMNS = [
  {
    key: 'period',
    header: 'Recorded',
    rowHeader: true,
    cell: (replay: ReplaySummary) => (
      <Link href={replayHref(replay)} className="rounded-mark text-act hover:underline">
        <Moment at={replay.from} /> to <Moment at={replay.to} />
      </Link>
    ),
  },
  {
    key: 'status',
    header: 'State',
    cell: (replay: ReplaySummary) => (
      <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
        <ReplayStatusBadge status={replay.status} />
        <span className="text-12 text-ink-3">
          {isOpen(replay.status) ? describeProgress(replay) : countOf(replay.evaluated, 'answer')}
        </span>
      </span>
    ),
  },
  {
    key: 'who',
    header: 'Asked for',
    cell: (replay: ReplaySummary) => <WhoWhen name={replay.created_by_name} at={replay.created_at} />,
  },
];

function Shadow({ set, active }: OnTrialProps) {
  const [acting, setActing] = useState<SetAct | null>(null);
  const { shadow, status } = set;
  const act = shadow === null ? 'shadow' : 'unshadow';
  return (
    <Section
      id="shadow"
      className="scroll-mt-4"
      title="Shadow"
      description={
        shadow === null
          ? 'Judged beside the version that decides, deciding nothing'
          : 'It is judged beside the version that decides, and decides nothing'
      }
      actions={
        <Button disabledReason={whyNot(act, status)} onClick={() => setActing(act)}>
          {shadow === null ? 'Shadow' : 'End shadow'}
        </Button>
      }
    >
      <ActDialog act={act} set={set} active={active} open={acting !== null} onClose={() => setActing(null)} />
      {shadow === null ? (
        <p className="border-y py-3 text-13 text-ink-3">
          {status === 'active'
            ? 'It decides, so there is nothing to compare it with.'
            : 'It is not judged beside anything.'}
        </p>
      ) : (
        <div className="grid gap-4">
          <p className="text-13">
            <WhoWhen name={shadow.by_name} at={shadow.since} reason={shadow.reason} />
          </p>
          <Comparison version={set.version} />
        </div>
      )}
    </Section>
  );
}

function Comparison({ version }: { version: string }) {
  const query = useQuery(comparisonQuery(version));
  return (
    <Loaded query={query} what="The comparison" loading={<Skeleton className="h-16 w-full" />}>
      {(comparison, stale) => (
        <div className="grid gap-3">
          {stale}
          <Compared comparison={comparison} />
        </div>
      )}
    </Loaded>
  );
}

function Compared({ comparison }: { comparison: ShadowComparison }) {
  const { evaluated, agreed, failed, flips, flips_omitted: omitted } = comparison;
  if (evaluated === 0) {
    return (
      <p className="border-y py-3 text-13 text-ink-3">
        Nothing has been asked since. Answers show up here within seconds.
      </p>
    );
  }
  return (
    <>
      <p className="text-13 text-ink-2">
        Of {countOf(evaluated, 'answer')} in the last seven days {shareOf(agreed, evaluated)} agree with what was really
        answered{failed === 0 ? '' : `; ${countOf(failed, 'answer')} of it failed`}.
      </p>
      {flips.length === 0 ? null : <FlipList flips={flips} omitted={omitted} evaluated={evaluated} />}
    </>
  );
}
