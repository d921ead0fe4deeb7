'use client';

import { createContext, type ReactNode, useContext, useId } from 'react';
import { cx } from './class-names';

interface Wiring {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
  required: boolean | undefined;
}

const FieldContext = createContext<Wiring | null>(null);

/** What a control inside a `Field` takes over: its id, what describes it, whether it is wrong or required. Empty outside of one. */
export function useFieldWiring(): Partial<Wiring> {
  return useContext(FieldContext) ?? {};
}

export interface FieldProps {
  label: ReactNode;
  /** What to know before typing. */
  hint?: ReactNode;
  /** What is wrong and how to put it right; announced when it appears. */
  error?: ReactNode;
  required?: boolean;
  /** Keeps the label for assistive technology only. */
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}

/** A label, one control, and what there is to say about it, tied together by ids. */
export function Field({ label, hint, error, required = false, hideLabel = false, className, children }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const described = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(' ');
  const wiring: Wiring = {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': error ? true : undefined,
    required: required || undefined,
  };
  return (
    <FieldContext value={wiring}>
      <div className={cx('grid gap-1', className)}>
        <label
          id={`${id}-label`}
          htmlFor={id}
          className={hideLabel ? 'sr-only' : 'justify-self-start font-medium text-13 text-ink-2'}
        >
          {label}
        </label>
        {children}
        {hint ? (
          <p id={hintId} className="text-12 text-ink-3">
            {hint}
          </p>
        ) : null}
        <p id={errorId} role="alert" className="text-12 text-no empty:hidden">
          {error}
        </p>
      </div>
    </FieldContext>
  );
}
