'use client';

import { XIcon } from 'lucide-react';
import { IconButton } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import type { PolicySetSummary } from '@/lib/contracts';
import { MAX_CHOSEN } from './playground-state';

interface VersionChoiceProps {
  sets: readonly PolicySetSummary[];
  active: string | null;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Which versions are asked: what decides now, always, and up to five others. */
export function VersionChoice({ sets, active, chosen, onChange }: VersionChoiceProps) {
  const others = sets.filter(({ version }) => version !== active && !chosen.includes(version));
  const options = others.map(({ version, status, shadow }) => ({
    value: version,
    label: `${version} · ${shadow === null ? status : 'shadow'}`,
  }));
  return (
    <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
      {options.length === 0 || chosen.length >= MAX_CHOSEN ? null : (
        <Field label="Ask another version too" className="w-60 max-sm:w-full">
          {/* Empty again after each choice, so that the same control adds the next one. */}
          <Select
            key={chosen.join()}
            options={options}
            placeholder="Choose a version…"
            onValueChange={(version) => onChange([...chosen, version])}
          />
        </Field>
      )}
      <ul aria-label="Versions that are asked" className="flex min-h-control flex-wrap items-center gap-2 text-13">
        <li className="rounded-mark bg-sunk px-2 py-1 text-ink-2">
          {active === null ? 'The level configuration' : <span className="font-mono">{active}</span>}, which decides now
        </li>
        {chosen.map((version) => (
          <li key={version} className="flex items-center gap-1 rounded-mark bg-sunk pl-2 font-mono">
            {version}
            <IconButton
              label={`Do not ask ${version}`}
              hint={false}
              onClick={() => onChange(chosen.filter((each) => each !== version))}
            >
              <XIcon className="size-3.5" aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
}
