'use client';

import { CheckIcon } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu as Radix } from 'radix-ui';
import { createContext, type ReactElement, type ReactNode, type RefObject, useContext, useRef } from 'react';
import { cx } from './class-names';
import { floatClass } from './popover';

const itemClass =
  'flex min-h-8 cursor-default select-none items-center gap-2 rounded-control px-2 text-14 outline-none data-disabled:text-ink-3 data-highlighted:bg-sunk max-rail:min-h-11';

export interface MenuProps {
  trigger: ReactElement;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  className?: string;
  children: ReactNode;
}

/** What was chosen, until the menu has closed and given the focus back. */
const ChosenContext = createContext<RefObject<(() => void) | null>>({ current: null });

/**
 * What else can be done here. Its items are `MenuItem`, `MenuLink`, `MenuChoice` and `MenuSeparator`. An item runs once the focus is
 * back on the trigger, so that a dialog it opens knows where to return to.
 */
export function Menu({ trigger, align = 'start', side = 'bottom', className, children }: MenuProps) {
  const chosen = useRef<(() => void) | null>(null);
  const runChosen = () => {
    const run = chosen.current;
    chosen.current = null;
    // The focus moves right after this event.
    if (run) setTimeout(run);
  };
  return (
    // Not modal: a modal menu hides the page, its landmarks and its own trigger from assistive technology.
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={runChosen}
          className={cx(
            floatClass,
            'max-h-(--radix-dropdown-menu-content-available-height) min-w-52 overflow-y-auto p-1',
            className,
          )}
        >
          <ChosenContext value={chosen}>{children}</ChosenContext>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  onSelect: () => void;
  tone?: 'ink' | 'danger';
  disabled?: boolean;
  hint?: ReactNode;
  children: ReactNode;
}

export function MenuItem({ onSelect, tone = 'ink', disabled = false, hint, children }: MenuItemProps) {
  const chosen = useContext(ChosenContext);
  const choose = () => {
    chosen.current = onSelect;
  };
  return (
    <Radix.Item onSelect={choose} disabled={disabled} className={cx(itemClass, tone === 'danger' && 'text-no')}>
      {children}
      {hint ? <span className="ml-auto pl-4 text-12 text-ink-3">{hint}</span> : null}
    </Radix.Item>
  );
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Radix.Item asChild className={itemClass}>
      <Link href={href}>{children}</Link>
    </Radix.Item>
  );
}

export interface MenuChoiceProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onValueChange: (value: Value) => void;
}

/** One of a few, chosen in the menu; the menu stays open, so that the effect can be seen. */
export function MenuChoice<Value extends string>({ label, value, options, onValueChange }: MenuChoiceProps<Value>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onValueChange(next as Value)} aria-label={label}>
      <Radix.Label className="px-2 pt-1.5 pb-1 text-12 text-ink-3">{label}</Radix.Label>
      {options.map((option) => (
        <Radix.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => event.preventDefault()}
          className={cx(itemClass, 'justify-between')}
        >
          {option.label}
          <Radix.ItemIndicator>
            <CheckIcon className="size-4" aria-hidden="true" />
          </Radix.ItemIndicator>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 border-t" />;
}
