'use client';

import type { ComponentProps } from 'react';
import { cx } from './class-names';
import { useFieldWiring } from './field';
import { controlClass } from './input';

export type TextareaProps = ComponentProps<'textarea'> & { mono?: boolean };

/** Several lines; grows with what is written where the browser can (`field-sizing`). */
export function Textarea({ className, mono = false, rows = 3, ...rest }: TextareaProps) {
  return (
    <textarea
      {...useFieldWiring()}
      {...rest}
      rows={rows}
      className={cx(controlClass, 'field-sizing-content max-h-80 py-1.5', mono && 'font-mono', className)}
    />
  );
}
