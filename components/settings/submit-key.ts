'use client';

import { useRef } from 'react';

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

/** `crypto.randomUUID` exists only under https and on localhost. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
