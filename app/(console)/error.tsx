'use client';

import { ErrorState } from '@/components/ui/error-state';

interface Props {
  error: Error & { digest?: string };
  reset: () => void;
}

/** A page that could not be shown, inside the shell: the way elsewhere stays open. */
export default function ConsoleError({ error, reset }: Props) {
  return (
    <>
      <h1 className="sr-only">Something went wrong</h1>
      <ErrorState title="This page could not be shown" onRetry={reset} requestId={error.digest ?? null}>
        Nothing was decided or changed by it. Try again; if it stays like this, tell whoever runs Countersign.
      </ErrorState>
    </>
  );
}
