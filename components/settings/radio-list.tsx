'use client';

import { type ReactNode, useId } from 'react';
import { cx } from '@/components/ui/class-names';

export interface RadioOption<Value extends string> {
  value: Value;
  label: ReactNode;
  hint?: ReactNode;
  /** Why it cannot be chosen; it stays readable. */
  disabledReason?: string | null;
}

export interface RadioListProps<Value extends string> {
  legend: string;
  options: readonly RadioOption<Value>[];
  value: Value;
  onValueChange: (value: Value) => void;
  /** `row` for a few short ones. */
  layout?: 'list' | 'row';
  error?: string | null | undefined;
}

/** One of a few that need words beside them. Arrow keys move between them, as in any group of radio buttons. */
export function RadioList<Value extends string>({
  legend,
  options,
  value,
  onValueChange,
  layout = 'list',
  error,
}: RadioListProps<Value>) {
  const name = useId();
  const errorId = `${name}-error`;
  return (
    <fieldset
      className="min-w-0"
      data-invalid={error ? true : undefined}
      aria-describedby={error ? errorId : undefined}
    >
      <legend className="mb-1 font-medium text-13 text-ink-2">{legend}</legend>
      <div className={layout === 'row' ? 'grid auto-cols-fr grid-flow-col border-y' : 'divide-y border-y'}>
        {options.map((option) => (
          <Option
            key={option.value}
            option={option}
            name={name}
            checked={option.value === value}
            onCheck={() => onValueChange(option.value)}
          />
        ))}
      </div>
      <p id={errorId} role="alert" className="mt-1 text-12 text-no empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}

interface OptionProps<Value extends string> {
  option: RadioOption<Value>;
  name: string;
  checked: boolean;
  onCheck: () => void;
}

function Option<Value extends string>({ option, name, checked, onCheck }: OptionProps<Value>) {
  const id = useId();
  const hintId = `${id}-hint`;
  const blocked = Boolean(option.disabledReason);
  const hint = option.disabledReason ?? option.hint;
  return (
    <div className={cx('flex items-start gap-2.5 py-2 max-rail:py-2.5', blocked && 'text-ink-3')}>
      <input
        id={id}
        type="radio"
        name={name}
        value={option.value}
        checked={checked}
        disabled={blocked}
        onChange={onCheck}
        aria-describedby={hint ? hintId : undefined}
        className="mt-0.5 size-4 shrink-0 appearance-none rounded-full border border-edge bg-paper transition-colors checked:border-5 checked:border-act hover:border-ink-3 checked:hover:border-act disabled:border-line disabled:bg-sunk"
      />
      <div className="grid min-w-0 flex-1">
        <label htmlFor={id} className={cx(checked && 'font-medium')}>
          {option.label}
        </label>
        {hint ? (
          <span id={hintId} className="text-12 text-ink-3">
            {hint}
          </span>
        ) : null}
      </div>
    </div>
  );
}
