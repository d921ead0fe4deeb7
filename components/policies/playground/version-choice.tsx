'use client';

import { ChevronDownIcon } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Popover } from '@/components/ui/popover';
import type { PolicySetSummary } from '@/lib/contracts';
import { type Choice, chosenOf, EVERY_VERSION, isChosen, missingOf, turn } from './choice';
import { describeChoice, describeMissing, wordFor } from './playground-words';

/** So many are offered at once; older ones are found by typing. */
const MOST_OFFERED = 50;

interface VersionChoiceProps {
  /** Newest first. */
  sets: readonly PolicySetSummary[];
  active: string | null;
  choice: Choice;
  onChange: (choice: Choice) => void;
}

/** Which versions are asked: what decides now, always, and of the others every one until somebody chooses. */
export function VersionChoice({ sets, active, choice, onChange }: VersionChoiceProps) {
  const others = sets.filter(({ version }) => version !== active);
  const known = others.map(({ version }) => version);
  const missing = describeMissing(
    missingOf(
      choice,
      sets.map(({ version }) => version),
    ),
  );
  const chosen = chosenOf(choice, known, active);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-13 text-ink-2">
      {others.length === 0 ? null : (
        <Popover
          label="Versions that are asked"
          className="w-80"
          trigger={
            <Button className="max-sm:w-full">
              Versions: {chosen.length === others.length ? 'every one' : `${chosen.length} of ${others.length}`}
              <ChevronDownIcon className="size-4 text-ink-3" aria-hidden="true" />
            </Button>
          }
        >
          <Versions others={others} choice={choice} onChange={onChange} />
        </Popover>
      )}
      <p className="min-w-0 [overflow-wrap:anywhere]">
        {describeChoice(chosen, known, active)} {missing === null ? null : <span className="text-no">{missing}</span>}
      </p>
    </div>
  );
}

interface VersionsProps {
  others: readonly PolicySetSummary[];
  choice: Choice;
  onChange: (choice: Choice) => void;
}

function Versions({ others, choice, onChange }: VersionsProps) {
  const [sought, setSought] = useState('');
  const found = others.filter((set) => isFound(set, sought.trim().toLowerCase()));
  const drafts = others.filter(({ status }) => status === 'draft').map(({ version }) => version);
  return (
    <div className="grid gap-3">
      <div className="flex gap-1.5">
        <Button size="sm" onClick={() => onChange(EVERY_VERSION)}>
          Every one
        </Button>
        {drafts.length === 0 ? null : (
          <Button size="sm" onClick={() => onChange({ every: false, named: drafts })}>
            Drafts
          </Button>
        )}
        <Button size="sm" onClick={() => onChange({ every: false, named: [] })}>
          None
        </Button>
      </div>
      {others.length <= 8 ? null : (
        <Field label="Find a version" hideLabel>
          <Input
            type="search"
            placeholder="Find a version"
            value={sought}
            onChange={(event) => setSought(event.target.value)}
          />
        </Field>
      )}
      <fieldset className="grid max-h-64 content-start gap-2.5 overflow-y-auto p-0.5">
        <legend className="sr-only">Versions</legend>
        {found.slice(0, MOST_OFFERED).map((set) => (
          <Checkbox
            key={set.version}
            label={
              <>
                <span className="font-mono text-13">{set.version}</span>{' '}
                <span className="text-12 text-ink-3">{wordFor(set)}</span>
              </>
            }
            checked={isChosen(choice, set.version)}
            onCheckedChange={() => onChange(turn(choice, set.version))}
          />
        ))}
        {found.length === 0 ? <p className="text-13 text-ink-3">No version has that in it.</p> : null}
        {found.length > MOST_OFFERED ? (
          <p className="text-12 text-ink-3">{found.length - MOST_OFFERED} older ones are found by their name.</p>
        ) : null}
      </fieldset>
    </div>
  );
}

function isFound({ version, description }: PolicySetSummary, sought: string): boolean {
  return version.toLowerCase().includes(sought) || (description ?? '').toLowerCase().includes(sought);
}
