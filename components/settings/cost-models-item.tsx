'use client';

import { useId } from 'react';
import { WhoWhen } from '@/components/policies/who-when';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { FoldedText } from '@/components/ui/folded-text';
import { KeyValueList } from '@/components/ui/key-value-list';
import { Notice } from '@/components/ui/notice';
import { Moment } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/ui/visible-text';
import type { CostModelResource } from '@/lib/contracts';
import { DriftChart } from './cost-models-chart';
import { describeBand, describeDrift, describeLearning, describePrice } from './cost-models-words';

interface CostModelItemProps {
  model: CostModelResource;
  onAsk: (question: 'change' | 'remove' | 'versions' | 'trust') => void;
}

/** One model: its price, its band, how far off it was, and whether anything is approved by it. */
export function CostModelItem({ model, onAsk }: CostModelItemProps) {
  const headingId = useId();
  const { auto_approval: auto } = model;
  const of = (
    <span className="sr-only">
      {' '}
      <VisibleText text={model.skill_id} />
    </span>
  );
  return (
    <li aria-labelledby={headingId} className="relative grid gap-4 py-5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 id={headingId} className="font-medium font-mono text-14 [overflow-wrap:anywhere]">
          <VisibleText text={model.skill_id} />
        </h2>
        <Badge
          tone={auto.enabled ? 'yes' : 'no'}
          shape={
            <span
              aria-hidden="true"
              className={`size-1.5 rounded-full ${auto.enabled ? 'bg-current' : 'border border-current'}`}
            />
          }
        >
          {auto.enabled ? 'Approves by cost' : 'Automatic approval off'}
        </Badge>
        <span className="ml-auto text-12 text-ink-3">Version {model.version}</span>
      </div>
      {model.description === null ? null : (
        <div className="-mt-3 max-w-prose text-13 text-ink-2">
          <FoldedText text={model.description} />
        </div>
      )}
      {auto.enabled || auto.off_since === null ? null : (
        <Notice
          tone="no"
          title="Automatic approval by cost switched itself off"
          action={
            <Button size="sm" variant="act" onClick={() => onAsk('trust')}>
              Switch on again{of}
            </Button>
          }
        >
          <VisibleText text={`${auto.off_reason?.replace(/^./, (first) => first.toUpperCase())}.`} /> Since{' '}
          <Moment at={auto.off_since} /> a person decides what ceilings and rules would have approved by its cost.
        </Notice>
      )}
      <div className="grid gap-x-8 gap-y-5 wide:grid-cols-2">
        <KeyValueList
          className="self-start"
          items={[
            { label: 'It costs', value: <VisibleText text={describePrice(model)} /> },
            { label: 'Band', value: describeBand(model) },
            { label: 'Learnt from', value: describeLearning(model) },
            { label: 'Drift', value: describeDrift(model) },
            ...(auto.enabled && auto.trusted_at !== null
              ? [
                  {
                    label: 'Switched on again',
                    value: <WhoWhen name={auto.trusted_by_name} at={auto.trusted_at} reason={auto.trust_reason} />,
                  },
                ]
              : []),
            { label: 'Written', value: <WhoWhen name={model.created_by_name} at={model.created_at} /> },
          ]}
        />
        {model.distribution.some(({ outcomes }) => outcomes > 0) ? <DriftChart model={model} /> : null}
      </div>
      <div className="-ml-px flex flex-wrap items-center gap-1.5">
        <Button size="sm" onClick={() => onAsk('change')}>
          Change{of}
        </Button>
        <Button size="sm" onClick={() => onAsk('versions')}>
          Versions{of}
        </Button>
        <Button size="sm" variant="plain" onClick={() => onAsk('remove')}>
          Retire{of}
        </Button>
      </div>
    </li>
  );
}
