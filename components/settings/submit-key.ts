'use client';

import { useRef } from 'react';
import { newKey } from '@/components/ui/new-key';

/**
 * The Idempotency-Key of a form: the same for as long as the same is sent, so that pressing the button again after a lost answer does
 * nothing twice, and a new one as soon as something else is sent.
 */
export function useSubmitKey(): (body: unknown) => string {
  const last = useRef<{ sent: string; key: string } | null>(null);
  return (body) => {
    const sent = JSON.stringify(body);
    if (last.current?.sent !== sent) last.current = { sent, key: newKey() };
    return last.current.key;
  };
}
