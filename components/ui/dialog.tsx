'use client';

import { XIcon } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type ReactElement, type ReactNode, useRef } from 'react';
import { IconButton } from './button';
import { cx } from './class-names';
import { useReturnFocus } from './return-focus';

export const scrimClass = 'fixed inset-0 z-40 animate-fade bg-scrim';

/** Centred on a screen; on a phone it comes up from below, where the thumb is. */
export const dialogClass =
  'fixed z-50 grid max-h-[calc(100dvh-2rem)] animate-rise gap-4 overflow-y-auto bg-float p-5 shadow-float max-rail:inset-x-0 max-rail:bottom-0 max-rail:rounded-t-float max-rail:border-t rail:inset-0 rail:m-auto rail:h-fit rail:w-[calc(100vw-2rem)] rail:rounded-float rail:border';

const WIDTHS = { sm: 'rail:max-w-md', md: 'rail:max-w-xl', lg: 'rail:max-w-3xl' } as const;

export interface DialogProps {
  title: ReactNode;
  description?: ReactNode;
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  size?: keyof typeof WIDTHS;
  /** What is read rather than filled in: the focus goes to its title, not to its first control. */
  toRead?: boolean;
  children: ReactNode;
}

/** A task of its own, on top of the page: a form, a detail. It keeps the focus and gives it back. End it with `DialogActions`. */
export function Dialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  size = 'md',
  toRead = false,
  children,
}: DialogProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { onOpenAutoFocus, onCloseAutoFocus } = useReturnFocus();
  const focusTitle = (event: Event) => {
    onOpenAutoFocus();
    if (!toRead) return;
    event.preventDefault();
    heading.current?.focus();
  };
  return (
    <Radix.Root {...(open === undefined ? {} : { open })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger ? <Radix.Trigger asChild>{trigger}</Radix.Trigger> : null}
      <Radix.Portal>
        <Radix.Overlay className={scrimClass} />
        <Radix.Content
          onOpenAutoFocus={focusTitle}
          onCloseAutoFocus={onCloseAutoFocus}
          className={cx(dialogClass, WIDTHS[size])}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <div className="grid gap-1 pr-8">
            <Radix.Title ref={heading} tabIndex={-1} className="font-semibold text-16 outline-none">
              {title}
            </Radix.Title>
            {description ? <Radix.Description className="text-ink-2">{description}</Radix.Description> : null}
          </div>
          {children}
          {/* Last, so that the focus goes to the first field and not to the way out. */}
          <div className="absolute top-4 right-4">
            <Radix.Close asChild>
              <IconButton label="Close" hint={false}>
                <XIcon className="size-4" aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The buttons at the end of a dialog: what takes it back first, what goes on last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-1 flex flex-wrap justify-end gap-2 max-rail:*:flex-1">{children}</div>;
}

/** Wraps the button that leaves the dialog without doing anything. */
export function DialogClose({ children }: { children: ReactElement }) {
  return <Radix.Close asChild>{children}</Radix.Close>;
}
