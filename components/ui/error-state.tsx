'use client';

import type { ReactNode } from 'react';
import { Button } from './button';

export interface ErrorStateProps {
  /** What did not work: "The queue could not be loaded". */
  title: string;
  /** Why, as far as it is known, and what to do next. */
  children?: ReactNode;
  onRetry?: () => void;
  retrying?: boolean;
  /** `X-Request-Id` of the answer: what to tell whoever runs this. */
  requestId?: string | null;
  action?: ReactNode;
}

/** What went wrong, whether trying again makes sense, and what to quote when it does not. */
export function ErrorState({ title, children, onRetry, retrying = false, requestId, action }: ErrorStateProps) {
  return (
    <div role="alert" className="grid justify-items-center gap-3 px-6 py-14 text-center">
      <svg
        viewBox="0 0 96 20"
        className="h-5 w-24 stroke-no"
        fill="none"
        strokeWidth="1.5"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M1 18.5h40M55 18.5h40" />
        <path d="M45 5l7 7M52 5l-7 7" />
      </svg>
      <div className="grid gap-1">
        <p className="font-medium text-14">{title}</p>
        {children ? <div className="max-w-md text-balance text-13 text-ink-2">{children}</div> : null}
      </div>
      {onRetry || action ? (
        <div className="flex gap-2">
          {onRetry ? (
            <Button onClick={onRetry} busy={retrying}>
              Try again
            </Button>
          ) : null}
          {action}
        </div>
      ) : null}
      {requestId ? (
        <p className="text-12 text-ink-3">
          Request <code className="font-mono">{requestId}</code>
        </p>
      ) : null}
    </div>
  );
}
