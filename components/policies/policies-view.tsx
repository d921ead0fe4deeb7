'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { FoldedText } from '@/components/ui/folded-text';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, Table } from '@/components/ui/table';
import type { PolicySetSummary } from '@/lib/contracts';
import { ActiveLine } from './active-line';
import { policySetsQuery } from './policies-queries';
import { compareHref, countRules, versionHref } from './policies-words';
import { SetStatusBadge } from './set-status';
import { WhoWhen } from './who-when';

/** The versions of the rules: which one decides, which may, which did, and who said so. */
export function PoliciesView() {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <PageHeader
        title="Policies"
        description="The versions of the rules, newest first"
        actions={
          <>
            <ButtonLink href="/policies/playground">Playground</ButtonLink>
            <ButtonLink href="/policies/compare">Compare</ButtonLink>
            <ButtonLink href="/policies/new" variant="act">
              New version
            </ButtonLink>
          </>
        }
      />
      <Versions />
    </div>
  );
}

function Versions() {
  return (
    <Loaded
      query={useQuery(policySetsQuery)}
      what="The versions"
      loading={<SkeletonRows rows={6} label="Loading versions" />}
    >
      {({ data: sets }, stale) => (
        <>
          {stale}
          {sets.length === 0 ? <NoRules /> : <Everything sets={sets} />}
        </>
      )}
    </Loaded>
  );
}

function Everything({ sets }: { sets: readonly PolicySetSummary[] }) {
  const active = sets.find(({ status }) => status === 'active');
  return (
    <>
      {active ? (
        <ActiveLine set={active} />
      ) : (
        <Notice title="No version is active">
          The level configuration decides, until one of these is activated: open it, try it, activate it.
        </Notice>
      )}
      <Table
        label="Versions"
        columns={columnsFor(active?.version ?? null)}
        rows={sets}
        rowKey={({ version }) => version}
      />
    </>
  );
}

const COLUMNS: readonly Column<PolicySetSummary>[] = [
  {
    key: 'version',
    header: 'Version',
    rowHeader: true,
    width: 'w-36',
    cell: ({ version }) => (
      <Link href={versionHref(version)} className="rounded-mark font-mono text-act hover:underline">
        {version}
      </Link>
    ),
  },
  {
    key: 'status',
    header: 'Status',
    width: 'w-28',
    cell: ({ status, version, shadow }) => (
      <span className="grid gap-0.5">
        <SetStatusBadge status={status} />
        {shadow === null ? null : (
          <Link
            href={`${versionHref(version)}#shadow`}
            className="w-fit rounded-mark text-12 text-ink-3 hover:underline"
          >
            in the shadow
          </Link>
        )}
      </span>
    ),
  },
  {
    key: 'description',
    header: 'Description',
    cell: ({ description, rule_count: count }) => (
      <>
        {description === null ? (
          <span className="text-ink-3">Without a description</span>
        ) : (
          <FoldedText text={description} />
        )}
        <span className="block text-12 text-ink-3">{countRules(count)}</span>
      </>
    ),
  },
  {
    key: 'written',
    header: 'Written',
    width: 'w-40',
    cell: (set) => <WhoWhen name={set.created_by_name} at={set.created_at} />,
  },
  {
    key: 'activated',
    header: 'Activated',
    width: 'w-52',
    cell: (set) =>
      set.activated_at === null ? (
        <span className="text-ink-3">Never</span>
      ) : (
        <WhoWhen name={set.activated_by_name} at={set.activated_at} reason={set.activation_reason} />
      ),
  },
];

/** Each version but the one that decides can be compared with that one. */
function columnsFor(active: string | null): readonly Column<PolicySetSummary>[] {
  if (active === null) return COLUMNS;
  const compare: Column<PolicySetSummary> = {
    key: 'compare',
    header: 'Compare',
    hideHeader: true,
    width: 'w-20',
    align: 'end',
    cell: ({ version }) =>
      version === active ? null : (
        <Link href={compareHref(active, version)} className="rounded-mark text-13 text-act hover:underline">
          Compare<span className="sr-only"> {version} with active</span>
        </Link>
      ),
  };
  return [...COLUMNS, compare];
}

function NoRules() {
  return (
    <EmptyState
      title="No rules have been written"
      action={<ButtonLink href="/policies/new?from=starter">Begin with the starting set</ButtonLink>}
    >
      <p>
        A rule is a condition on what is asked for, and what follows when it holds: allow, deny, or approval at a level.
        Meanwhile the level configuration decides.
      </p>
      <p className="mt-2">
        Rules are written here, or sent to{' '}
        <code className="font-mono [overflow-wrap:anywhere]">POST /api/v1/policy/sets</code>; the starting set covers
        payments, deploys, data access and the tools of agents. A version is a draft until somebody activates it.
      </p>
    </EmptyState>
  );
}
