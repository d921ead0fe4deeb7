'use client';

import { CheckIcon, ChevronDownIcon } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './class-names';
import { useFieldWiring } from './field';
import { controlClass } from './input';
import { floatClass } from './popover';

export interface SelectOption<Value extends string = string> {
  /** Not empty: the empty value means that nothing is chosen. */
  value: Value;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

export interface SelectProps<Value extends string = string> {
  options: readonly SelectOption<Value>[];
  value?: Value;
  defaultValue?: Value;
  onValueChange?: (value: Value) => void;
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  /** The name, where there is no `Field` around it. */
  'aria-label'?: string;
  className?: string;
}

/** One of a few. Options may hold a level glyph or a hint; with `name` it takes part in a form. */
export function Select<Value extends string = string>({
  options,
  onValueChange,
  placeholder = 'Choose…',
  className,
  'aria-label': label,
  value,
  defaultValue,
  name,
  disabled = false,
}: SelectProps<Value>) {
  const { required, ...wiring } = useFieldWiring();
  return (
    <Radix.Root
      {...(value === undefined ? {} : { value })}
      {...(defaultValue === undefined ? {} : { defaultValue })}
      {...(name === undefined ? {} : { name })}
      {...(onValueChange ? { onValueChange: (next: string) => onValueChange(next as Value) } : {})}
      {...(required ? { required } : {})}
      disabled={disabled}
    >
      <Radix.Trigger
        {...wiring}
        aria-label={label}
        className={cx(
          controlClass,
          'flex h-control items-center justify-between gap-2 text-left data-placeholder:text-ink-3',
          className,
        )}
      >
        <span className="flex min-w-0 items-center gap-2 truncate">
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon>
          <ChevronDownIcon className="size-4 text-ink-3" aria-hidden="true" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            floatClass,
            'max-h-(--radix-select-content-available-height) min-w-(--radix-select-trigger-width) p-1',
          )}
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2 py-1 text-14 outline-none data-disabled:text-ink-3 data-highlighted:bg-sunk max-rail:min-h-11"
              >
                <span className="w-4 shrink-0">
                  <Radix.ItemIndicator>
                    <CheckIcon className="size-4" aria-hidden="true" />
                  </Radix.ItemIndicator>
                </span>
                <span className="grid">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint ? <span className="text-12 text-ink-3">{option.hint}</span> : null}
                </span>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
