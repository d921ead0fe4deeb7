'use client';

import { useQuery } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { FlagResource } from '@/lib/contracts';
import { FlagFormDialog, type FlagSubject } from './flags-form';
import { flagsQuery, type ReadFlags } from './flags-queries';
import { type FlagAct, FlagsTable } from './flags-table';
import { byEnvironment } from './flags-words';

/** What rules ask about, and who may switch it. */
export function FlagsView() {
  const query = useQuery(flagsQuery);
  const [asked, setAsked] = useState<(FlagSubject & { read: ReadFlags }) | null>(null);
  const read = query.data;
  const add = (
    <Button
      variant="act"
      icon={<PlusIcon className="size-4" aria-hidden="true" />}
      disabled={read === undefined}
      onClick={() => read && setAsked({ act: 'add', flag: null, read })}
    >
      Add flag
    </Button>
  );
  return (
    <div className="grid gap-6">
      <PageHeader title="Flags" description="What rules ask about, as in flags.new_checkout." actions={add} />
      {query.isError ? (
        <Notice
          role="alert"
          tone="no"
          title="The flags could not be read again"
          action={
            <Button size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          {query.error.message} What is shown may be old.
        </Notice>
      ) : null}
      {read === undefined ? (
        query.isError ? null : (
          <SkeletonRows rows={4} label="Loading flags" />
        )
      ) : (
        <Environments
          flags={read.resource.flags}
          own={read.resource.environment}
          onAsk={(act, flag) => setAsked({ act, flag, read })}
        />
      )}
      {read === undefined ? null : (
        <FlagFormDialog subject={asked} read={asked?.read ?? read} onClose={() => setAsked(null)} />
      )}
    </div>
  );
}

interface EnvironmentsProps {
  flags: readonly FlagResource[];
  own: string;
  onAsk: (act: FlagAct, flag: FlagResource) => void;
}

function Environments({ flags, own, onAsk }: EnvironmentsProps) {
  if (flags.length === 0) {
    return (
      <div className="border-y">
        <EmptyState title="There is no flag">
          A flag lets a rule be switched without writing a new version: for everybody, or for a share of the agents that
          grows. Rules read it as flags.its_key; one that does not exist fails closed.
        </EmptyState>
      </div>
    );
  }
  return byEnvironment(flags, own).map(({ environment, flags: inIt }) => (
    <Section
      key={environment}
      title={environment}
      description={environment === own ? 'The environment of this deployment: its rules see these.' : undefined}
    >
      <FlagsTable label={`Flags in ${environment}`} flags={inIt} onAsk={onAsk} />
    </Section>
  ));
}
