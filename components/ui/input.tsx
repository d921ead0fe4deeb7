'use client';

import type { ComponentProps } from 'react';
import { cx } from './class-names';
import { useFieldWiring } from './field';

/** The look every control that holds text shares. */
export const controlClass =
  'w-full min-w-0 rounded-control border border-edge bg-paper px-2.5 text-14 text-ink transition-colors hover:border-ink-3 focus-visible:border-act focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-no disabled:cursor-not-allowed disabled:border-line disabled:bg-sunk disabled:text-ink-3';

export type InputProps = ComponentProps<'input'> & { mono?: boolean };

/** One line of text. Inside a `Field` it wires itself. */
export function Input({ className, mono = false, ...rest }: InputProps) {
  return (
    <input {...useFieldWiring()} {...rest} className={cx(controlClass, 'h-control', mono && 'font-mono', className)} />
  );
}
