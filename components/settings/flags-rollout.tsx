'use client';

import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

interface RolloutFieldProps {
  /** Percent. */
  value: number;
  onValueChange: (value: number) => void;
  error: string | undefined;
}

/** A share, by sliding or by typing it. */
export function RolloutField({ value, onValueChange, error }: RolloutFieldProps) {
  return (
    <div className="grid grid-cols-[1fr_6rem] items-start gap-x-4">
      <Field
        label="Rollout"
        hint="For how many of a hundred agents it is on. Who is in stays in when it grows."
        error={error}
      >
        <input
          type="range"
          min={0}
          max={100}
          step={1}
          value={Number.isFinite(value) ? value : 0}
          onChange={(event) => onValueChange(event.target.valueAsNumber)}
          aria-label="Rollout, sliding"
          aria-valuetext={`${value} percent`}
          className="h-control w-full accent-(--act)"
        />
      </Field>
      <Field label="Percent">
        <Input
          type="number"
          inputMode="numeric"
          min={0}
          max={100}
          step={1}
          value={Number.isNaN(value) ? '' : String(value)}
          onChange={(event) => onValueChange(event.target.valueAsNumber)}
        />
      </Field>
    </div>
  );
}
