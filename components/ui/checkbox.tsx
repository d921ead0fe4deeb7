'use client';

import { CheckIcon, MinusIcon } from 'lucide-react';
import { Checkbox as Radix } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { cx } from './class-names';

export interface CheckboxProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Keeps the label for assistive technology only: in a row that is selected, say. */
  hideLabel?: boolean;
  checked?: boolean | 'indeterminate';
  defaultChecked?: boolean;
  onCheckedChange?: (checked: boolean) => void;
  name?: string;
  value?: string;
  disabled?: boolean;
  required?: boolean;
  className?: string;
}

/** A yes or no that counts when the form is sent, or a row that is selected. */
export function Checkbox({ label, hint, hideLabel = false, onCheckedChange, className, ...rest }: CheckboxProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className={cx('flex items-start gap-2', className)}>
      <Radix.Root
        {...rest}
        {...(onCheckedChange ? { onCheckedChange: (next) => onCheckedChange(next === true) } : {})}
        id={id}
        aria-describedby={hint ? hintId : undefined}
        className="group mt-0.5 grid size-4 shrink-0 place-items-center rounded-mark border border-edge bg-paper text-act-ink transition-colors hover:border-ink-3 disabled:border-line disabled:bg-sunk data-[state=checked]:border-act data-[state=indeterminate]:border-act data-[state=checked]:bg-act data-[state=indeterminate]:bg-act"
      >
        <Radix.Indicator>
          <CheckIcon className="size-3 group-data-[state=indeterminate]:hidden" strokeWidth={3} aria-hidden="true" />
          <MinusIcon
            className="hidden size-3 group-data-[state=indeterminate]:block"
            strokeWidth={3}
            aria-hidden="true"
          />
        </Radix.Indicator>
      </Radix.Root>
      <div className={hideLabel ? 'sr-only' : 'grid'}>
        <label htmlFor={id}>{label}</label>
        {hint ? (
          <span id={hintId} className="text-12 text-ink-3">
            {hint}
          </span>
        ) : null}
      </div>
    </div>
  );
}
