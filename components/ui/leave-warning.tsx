'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { ConfirmDialog } from './confirm-dialog';

interface LeaveWarningProps {
  /** Whether there is something that is not saved. */
  isDirty: boolean;
  /** Whether this browser keeps it. */
  isKept: boolean;
}

/** Asks before what is not saved is left: the browser does where the whole page goes, the console where one of its links is followed. */
export function LeaveWarning({ isDirty, isKept }: LeaveWarningProps) {
  const router = useRouter();
  const [target, setTarget] = useState<string | null>(null);
  useEffect(() => {
    if (!isDirty) return;
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    const onClick = (event: MouseEvent) => {
      const href = inAppTarget(event);
      if (href === null) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(href);
    };
    window.addEventListener('beforeunload', onLeave);
    document.addEventListener('click', onClick, true);
    return () => {
      window.removeEventListener('beforeunload', onLeave);
      document.removeEventListener('click', onClick, true);
    };
  }, [isDirty]);
  return (
    <ConfirmDialog
      title="Leave without saving?"
      description={
        isKept
          ? 'What you have written stays in this browser: it is here again when you come back.'
          : 'This browser keeps nothing, so what you have written will be gone.'
      }
      confirmLabel="Leave"
      cancelLabel="Stay"
      tone={isKept ? 'act' : 'danger'}
      open={target !== null}
      onOpenChange={(open) => {
        if (!open) setTarget(null);
      }}
      onConfirm={() => {
        if (target !== null) router.push(target);
      }}
    />
  );
}

/** Where a click leads within the console; null for every other click, and for those that open elsewhere or stay on the page. */
function inAppTarget(event: MouseEvent): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null;
  if (link === null || link.target === '_blank' || link.origin !== location.origin) return null;
  if (link.pathname === location.pathname && link.search === location.search) return null;
  return `${link.pathname}${link.search}${link.hash}`;
}
