'use client';

import { api } from '@/components/live/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { EmptyState } from '@/components/ui/empty-state';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { type Column, Table } from '@/components/ui/table';
import { toBrowserName } from './account-browser';

/** A sign-in as the page shows it. */
export interface SignInRow {
  id: string;
  succeeded: boolean;
  at: string;
  address: string | null;
  userAgent: string | null;
}

const COLUMNS: Column<SignInRow>[] = [
  { key: 'at', header: 'When', cell: ({ at }) => <Moment at={at} />, width: 'w-40', rowHeader: true },
  {
    key: 'with',
    header: 'With',
    cell: ({ userAgent }) => <span title={userAgent ?? undefined}>{toBrowserName(userAgent)}</span>,
  },
  {
    key: 'from',
    header: 'From',
    cell: ({ address }) =>
      address === null ? <span className="text-ink-3">not known</span> : <span className="font-mono">{address}</span>,
  },
  {
    key: 'outcome',
    header: 'Outcome',
    cell: ({ succeeded }) =>
      succeeded ? (
        'Signed in'
      ) : (
        <Badge tone="no" shape={<Strike />}>
          Refused
        </Badge>
      ),
    width: 'w-28',
  },
];

/** Where one has signed in lately, and the way to end all of it. */
export function SignIns({ signIns }: { signIns: readonly SignInRow[] }) {
  return (
    <Section
      title="Sign-ins"
      description="The latest to this tenant, and attempts that were refused. Something you do not recognise? Change your password."
      actions={<SignOutEverywhere />}
    >
      <Table
        label="Sign-ins"
        columns={COLUMNS}
        rows={signIns}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No sign-ins yet">They appear here with their time and address.</EmptyState>}
      />
    </Section>
  );
}

function SignOutEverywhere() {
  return (
    <ConfirmDialog
      title="Sign out everywhere?"
      description="Every session of yours ends, in every tenant and on every device, this one too. API keys go on."
      confirmLabel="Sign out everywhere"
      cancelLabel="Stay signed in"
      trigger={<Button size="sm">Sign out everywhere</Button>}
      onConfirm={async () => {
        await api.signOutEverywhere();
        location.assign('/login');
      }}
    />
  );
}

/** A rejection strikes through. */
function Strike() {
  return (
    <svg viewBox="0 0 10 10" className="size-2.5 stroke-current" aria-hidden="true">
      <path d="M1 7 9 3" strokeWidth="1.75" strokeLinecap="round" />
    </svg>
  );
}
