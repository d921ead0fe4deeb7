'use client';

import { AlertDialog as Radix } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { Button } from './button';
import { cx } from './class-names';
import { DialogActions, dialogClass, scrimClass } from './dialog';
import { useReturnFocus } from './return-focus';

export interface ConfirmDialogProps {
  title: ReactNode;
  /** What will happen and whether it can be undone. */
  description: ReactNode;
  confirmLabel: string;
  cancelLabel?: string;
  tone?: 'act' | 'danger';
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** Runs on confirmation. The dialog closes when it is done; when it throws, it stays and shows the message. */
  onConfirm: () => void | Promise<void>;
  /** Something to fill in first: a reason, say. */
  children?: ReactNode;
}

/** Asks before what cannot be taken back. Clicking beside it does not answer it. */
export function ConfirmDialog({
  title,
  description,
  confirmLabel,
  cancelLabel = 'Keep as it is',
  tone = 'danger',
  trigger,
  open: openFromOutside,
  onOpenChange,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const [openInside, setOpenInside] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const open = openFromOutside ?? openInside;

  const setOpen = (next: boolean) => {
    setError(null);
    setOpenInside(next);
    onOpenChange?.(next);
  };
  const confirm = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      setOpen(false);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : 'That did not work. Try again.');
    } finally {
      setBusy(false);
    }
  };

  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      {trigger ? <Radix.Trigger asChild>{trigger}</Radix.Trigger> : null}
      <Radix.Portal>
        <Radix.Overlay className={scrimClass} />
        <Radix.Content {...useReturnFocus()} className={cx(dialogClass, 'rail:max-w-md')}>
          <div className="grid gap-1">
            <Radix.Title className="font-semibold text-16">{title}</Radix.Title>
            <Radix.Description className="text-ink-2">{description}</Radix.Description>
          </div>
          {children}
          <p role="alert" className="text-13 text-no empty:hidden">
            {error}
          </p>
          <DialogActions>
            <Radix.Cancel asChild>
              <Button>{cancelLabel}</Button>
            </Radix.Cancel>
            <Button variant={tone} busy={busy} onClick={() => void confirm()}>
              {confirmLabel}
            </Button>
          </DialogActions>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
