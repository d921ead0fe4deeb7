'use client';

import { useQuery } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { policySetsQuery } from '@/components/policies/policies-queries';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { LeaveWarning } from '@/components/ui/leave-warning';
import { Loaded } from '@/components/ui/loaded';
import { newKey } from '@/components/ui/new-key';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { toast } from '@/components/ui/toast';
import { type LevelDraft, toLevelConfig, toLevelDraft } from './levels-draft';
import { LevelsPreview, type Sample, toQuestion } from './levels-preview';
import { levelsQuery, type ReadLevelRows } from './levels-queries';
import { LevelsRow } from './levels-row';
import { type LevelsState, useLevels } from './levels-state';
import { describeChanges, describePeople, type Foreseen, foreseeLevel } from './levels-words';

/** Who must approve where the rules do not say, and how long they have; with a sample request beside it. */
export function LevelsView() {
  return (
    <Loaded
      query={useQuery(levelsQuery)}
      what="The levels"
      heading="Approval levels"
      loading={<SkeletonRows label="Loading levels" />}
    >
      {(read, stale) => (
        <div className="grid gap-6">
          <PageHeader
            title="Approval levels"
            description="Who must approve, and how long they have. The row that says most exactly for what speaks."
          />
          {stale}
          <Editor read={read} />
        </div>
      )}
    </Loaded>
  );
}

const SAMPLE: Sample = { skillId: 'payments.transfer', agentId: '', policyType: 'cost', cost: '250.00', tokens: '' };

function Editor({ read }: { read: ReadLevelRows }) {
  const state = useLevels(read);
  const { rows, faults, isDirty } = state;
  const { data: sets } = useQuery(policySetsQuery);
  const active = sets?.data.find(({ status }) => status === 'active')?.version ?? null;
  const [sample, setSample] = useState(SAMPLE);
  const foreseen = foreseeLevel(
    rows.map(({ row }) => toLevelConfig(row)),
    toQuestion(sample),
  );
  const speaking = foreseen.place === null ? null : (rows[foreseen.place] ?? null);
  return (
    <>
      <div className="grid items-start gap-x-10 gap-y-8 split:grid-cols-[minmax(0,1fr)_22rem]">
        <Rows state={state} speaking={speaking?.key ?? null} />
        <div className="split:sticky split:top-6">
          <LevelsPreview
            sample={sample}
            onChange={(part) => setSample((before) => ({ ...before, ...part }))}
            foreseen={foreseen}
            row={speaking?.row ?? null}
            leftOut={faults.size}
            active={active}
          />
        </div>
      </div>
      <SaveBar state={state} foreseen={foreseen} />
      <LeaveWarning isDirty={isDirty} isKept={false} />
    </>
  );
}

function Rows({ state, speaking }: { state: LevelsState; speaking: string | null }) {
  const { drafts, faults, setDrafts } = state;
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [added, setAdded] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (added !== null) list.current?.querySelector<HTMLElement>(`[data-level="${added}"] input`)?.focus();
  }, [added]);
  const add = () => {
    const draft = toLevelDraft(null, newKey());
    setDrafts((before) => [...before, draft]);
    setOpen((before) => new Set([...before, draft.key]));
    setAdded(draft.key);
  };
  const toggle = (key: string) =>
    setOpen((before) =>
      before.has(key) ? new Set([...before].filter((each) => each !== key)) : new Set([...before, key]),
    );
  const remove = (draft: LevelDraft, at: number) => {
    setDrafts((before) => before.filter(({ key }) => key !== draft.key));
    toast('The row is removed', {
      action: { label: 'Undo', onClick: () => setDrafts((before) => before.toSpliced(at, 0, draft)) },
    });
    // The row that had the focus is gone: the next one has it, or the last.
    requestAnimationFrame(() => {
      const rows = list.current?.querySelectorAll<HTMLElement>(':scope > li h3 button') ?? [];
      rows[Math.min(at, rows.length - 1)]?.focus();
    });
  };
  return (
    <Section title="Rows" className="min-w-0">
      {drafts.length === 0 ? (
        <div className="border-y">
          <EmptyState title="Nothing is configured">
            Every request needs level 3 and one person, escalates after 5 minutes and expires after a day. Add a row to
            say otherwise.
          </EmptyState>
        </div>
      ) : (
        <ul ref={list} aria-label="Levels" className="divide-y border-y">
          {drafts.map((draft, index) => (
            <LevelsRow
              key={draft.key}
              draft={draft}
              isOpen={open.has(draft.key)}
              speaks={draft.key === speaking}
              faults={faults.get(draft.key) ?? null}
              onToggle={() => toggle(draft.key)}
              onChange={(part) =>
                setDrafts((before) => before.map((each) => (each.key === draft.key ? { ...each, ...part } : each)))
              }
              onRemove={() => remove(draft, index)}
            />
          ))}
        </ul>
      )}
      <Button className="mt-4" icon={<PlusIcon className="size-4" aria-hidden="true" />} onClick={add}>
        Add a row
      </Button>
    </Section>
  );
}

/** What the sample needs, and the button that saves: both always in sight, on a phone too. */
function SaveBar({ state, foreseen: { answer } }: { state: LevelsState; foreseen: Foreseen }) {
  const needs =
    answer.decision === 'requires_approval'
      ? describePeople(answer.level, answer.minApprovals)
      : 'approved automatically';
  return (
    <div data-decision-bar="" className="sticky bottom-0 z-20 -mx-1 grid gap-3 border-t bg-surface px-1 py-3">
      {state.theirs === null ? null : <Conflict state={state} theirs={state.theirs} />}
      {state.problem === null ? null : (
        <Notice role="alert" tone="no" title="The levels were not saved">
          {state.problem}
        </Notice>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 text-13 text-ink-2">
          The sample: <b className="font-medium text-ink">{needs}</b>
          {state.isDirty ? ' · not saved' : null}
        </p>
        <Button
          variant="act"
          busy={state.isPending}
          disabledReason={whyNotSaved(state)}
          onClick={state.save}
          className="max-sm:w-full"
        >
          Save levels
        </Button>
      </div>
    </div>
  );
}

function whyNotSaved({ isDirty, faults, theirs }: LevelsState): string | null {
  if (theirs !== null) return 'Say first whose levels are to hold';
  if (faults.size > 0) return faults.size === 1 ? 'One row is wrong' : `${faults.size} rows are wrong`;
  return isDirty ? null : 'Nothing is changed';
}

function Conflict({ state, theirs }: { state: LevelsState; theirs: ReadLevelRows }) {
  const changes = describeChanges(state.base.levels, theirs.levels);
  return (
    <Notice role="alert" tone="open" title="Somebody else has changed the levels meanwhile">
      <p>What you have typed is still here. They have changed:</p>
      <ul className="my-1 list-inside list-disc">
        {changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="sm" variant="danger" busy={state.isPending} onClick={() => state.settle('mine')}>
          Save mine instead
        </Button>
        <Button size="sm" onClick={() => state.settle('theirs')}>
          Give mine up for theirs
        </Button>
      </div>
    </Notice>
  );
}
