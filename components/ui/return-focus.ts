'use client';

import { useRef } from 'react';

/**
 * Gives the focus back to where it was when a dialog opened. Radix gives it to the dialog's own trigger, and to nobody where the
 * dialog was opened by a key or from a menu.
 */
export function useReturnFocus() {
  const before = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    },
    onCloseAutoFocus: (event: Event) => {
      if (!before.current?.isConnected) return;
      event.preventDefault();
      before.current.focus();
    },
  };
}
