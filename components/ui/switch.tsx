'use client';

import { Switch as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './class-names';

export interface SwitchProps {
  label: ReactNode;
  hint?: ReactNode;
  checked?: boolean;
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  name?: string;
  disabled?: boolean;
  className?: string;
}

/** On or off, and it takes effect at once. For what counts only when a form is sent, use a `Checkbox`. */
export function Switch({ label, hint, className, ...rest }: SwitchProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={cx('flex items-start justify-between gap-4', className)}>
      <div className="grid">
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <span id={hintId} className="text-12 text-ink-3">
            {hint}
          </span>
        ) : null}
      </div>
      <Radix.Root
        {...rest}
        id={id}
        aria-describedby={hint ? hintId : undefined}
        className="flex h-5 w-9 shrink-0 items-center rounded-full border border-edge bg-sunk px-0.5 transition-colors data-[state=checked]:border-act data-[state=checked]:bg-act disabled:opacity-60"
      >
        <Radix.Thumb className="size-3.5 rounded-full bg-ink-3 transition-transform data-[state=checked]:translate-x-4 data-[state=checked]:bg-act-ink" />
      </Radix.Root>
    </div>
  );
}
