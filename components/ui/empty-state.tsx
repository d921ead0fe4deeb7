import type { ReactNode } from 'react';

export interface EmptyStateProps {
  /** What is not here: "Nothing waits for you". */
  title: string;
  /** Why, and what to do next. */
  children?: ReactNode;
  action?: ReactNode;
}

/** A line nobody has to sign: what it means that there is nothing, and what to do next. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="grid justify-items-center gap-3 px-6 py-14 text-center">
      <svg
        viewBox="0 0 96 20"
        className="h-5 w-24 stroke-edge"
        fill="none"
        strokeWidth="1.5"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M1 18.5h94" strokeDasharray="3 5" />
        <path d="M5 6l7 7M12 6l-7 7" />
      </svg>
      <div className="grid gap-1">
        <p className="font-medium text-14">{title}</p>
        {children ? <div className="max-w-md text-balance text-13 text-ink-2">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
