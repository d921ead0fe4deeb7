'use client';

import { useId } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { ENDPOINT_EVENT_TYPES } from '@/lib/contracts';
import { type ChosenTypes, isChosen, withType } from './webhooks-types';
import { TYPE_WORDS } from './webhooks-words';

interface TypesFieldProps {
  value: ChosenTypes;
  onValueChange: (value: ChosenTypes) => void;
  error: string | undefined;
}

/** What an endpoint hears of. */
export function TypesField({ value, onValueChange, error }: TypesFieldProps) {
  const errorId = useId();
  const some = value !== 'every' && value.size > 0;
  return (
    <fieldset
      className="min-w-0"
      data-invalid={error ? true : undefined}
      aria-describedby={error ? errorId : undefined}
    >
      <legend className="mb-1 font-medium text-13 text-ink-2">What it hears of</legend>
      <div className="grid gap-3 border-y py-3">
        <Checkbox
          label="Every event"
          hint="Also those that a later version adds"
          checked={value === 'every' ? true : some ? 'indeterminate' : false}
          onCheckedChange={() => onValueChange(value === 'every' ? new Set() : 'every')}
        />
        <div className="grid gap-x-6 gap-y-2.5 sm:grid-cols-2">
          {ENDPOINT_EVENT_TYPES.map((type) => (
            <Checkbox
              key={type}
              label={TYPE_WORDS[type].label}
              hint={<code className="font-mono">{type}</code>}
              checked={isChosen(value, type)}
              onCheckedChange={(wanted) => onValueChange(withType(value, type, wanted))}
            />
          ))}
        </div>
      </div>
      <p id={errorId} role="alert" className="mt-1 text-12 text-no empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}
