'use client';

import { useQuery } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { SecretResource } from '@/lib/contracts';
import { SecretFormDialog, type SecretSubject } from './secrets-form';
import { secretsQuery } from './secrets-queries';
import { RemoveSecretDialog } from './secrets-remove-dialog';
import { SecretsTable } from './secrets-table';

/** What tasks of runs may send to other systems, by name. */
export function SecretsView() {
  const query = useQuery(secretsQuery);
  const [subject, setSubject] = useState<SecretSubject | null>(null);
  const [removing, setRemoving] = useState<SecretResource | null>(null);
  const taken = query.data?.secrets.map(({ name }) => name) ?? [];
  return (
    <div className="grid gap-6">
      <PageHeader
        title="Secrets"
        description="What tasks of runs send to other systems. A value is sealed when it is stored, and nobody can read it back."
        actions={
          <Button
            variant="act"
            icon={<PlusIcon className="size-4" aria-hidden="true" />}
            onClick={() => setSubject({ act: 'add', secret: null })}
          >
            Add secret
          </Button>
        }
      />
      <Loaded query={query} what="The secrets" loading={<SkeletonRows rows={4} label="Loading secrets" />}>
        {({ secrets }, stale) => (
          <>
            {stale}
            {secrets.length === 0 ? (
              <NoSecrets />
            ) : (
              <SecretsTable
                secrets={secrets}
                onAsk={(act, secret) => (act === 'remove' ? setRemoving(secret) : setSubject({ act, secret }))}
              />
            )}
          </>
        )}
      </Loaded>
      <SecretFormDialog subject={subject} taken={taken} onClose={() => setSubject(null)} />
      <RemoveSecretDialog secret={removing} onClose={() => setRemoving(null)} />
    </div>
  );
}

function NoSecrets() {
  return (
    <div className="border-y">
      <EmptyState title="There is no secret">
        A task that calls another system refers to one by its name, as in{' '}
        <code className="font-mono text-12">{'{ $secret: CRM_TOKEN }'}</code>, and it is opened only to be sent to the
        hosts that it names.
      </EmptyState>
    </div>
  );
}
