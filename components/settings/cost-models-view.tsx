'use client';

import { useQuery } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { CostModelResource } from '@/lib/contracts';
import { RemoveModelDialog, TrustDialog, VersionsDialog } from './cost-models-dialogs';
import { ModelFormDialog } from './cost-models-form';
import { CostModelItem } from './cost-models-item';
import { costModelsQuery, type ReadCostModels } from './cost-models-queries';

/** What is asked of a model before it is done, or shown of it. */
type Question = 'change' | 'remove' | 'versions' | 'trust';

/** What skills cost, how far outcomes were from it, and for which of them that is too far. */
export function CostModelsView() {
  const query = useQuery(costModelsQuery);
  const [adding, setAdding] = useState(false);
  return (
    <div className="grid gap-6">
      <PageHeader
        title="Cost models"
        description="What a skill costs before it runs, and how close that comes to what is reported after"
        actions={
          <Button
            variant="act"
            icon={<PlusIcon className="size-4" aria-hidden="true" />}
            onClick={() => setAdding(true)}
            disabled={query.data === undefined}
          >
            Add model
          </Button>
        }
      />
      <Loaded query={query} what="The cost models" loading={<SkeletonRows label="Loading cost models" />}>
        {(read, stale) => (
          <>
            {stale}
            <CostModels read={read} />
            <ModelFormDialog model={null} read={read} open={adding} onClose={() => setAdding(false)} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function CostModels({ read }: { read: ReadCostModels }) {
  // With what was shown when it was asked.
  const [asked, setAsked] = useState<{ question: Question; model: CostModelResource; read: ReadCostModels } | null>(
    null,
  );
  const about = (question: Question) => (asked?.question === question ? asked.model : null);
  const close = () => setAsked(null);
  const changing = about('change');
  return (
    <>
      {read.models.length === 0 ? (
        <div className="border-y">
          <EmptyState title="Nothing is estimated">
            A request costs what its payload says in <code className="font-mono">amount_cents</code>, or nobody knows
            how much. Add a model for a skill that costs by use: a base, and so much for each token, page or minute.
          </EmptyState>
        </div>
      ) : (
        <ul aria-label="Cost models" className="-mt-2 divide-y border-y">
          {read.models.map((model) => (
            <CostModelItem
              key={model.skill_id}
              model={model}
              onAsk={(question) => setAsked({ question, model, read })}
            />
          ))}
        </ul>
      )}
      {changing === null ? null : <ModelFormDialog model={changing} read={asked?.read ?? read} open onClose={close} />}
      <TrustDialog model={about('trust')} onClose={close} />
      <VersionsDialog model={about('versions')} onClose={close} />
      <RemoveModelDialog model={about('remove')} read={asked?.read ?? read} onClose={close} />
    </>
  );
}
