'use client';

import type { ReactNode } from 'react';
import { isApiProblem } from '@/lib/client';
import { Button } from './button';
import { ErrorState } from './error-state';
import { Notice } from './notice';

/** What a query says of itself; TanStack's `useQuery` and `useInfiniteQuery` answer with it. */
export interface Reading<Data> {
  data: Data | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => unknown;
}

export interface LoadedProps<Data> {
  query: Reading<Data>;
  /** What is read, as a sentence begins: "The versions". */
  what: string;
  /** The places of what is being read, as large as they will be. */
  loading: ReactNode;
  /** The page's title while there is an error in place of what has it. */
  heading?: string;
  /** What was read. `stale` says that it could not be read again; it stands where the reader looks first, and is null most of the time. */
  children: (data: Data, stale: ReactNode) => ReactNode;
}

/** The frame around everything that is read: the places of its parts, then it, or why it is not there; and, when a later reading fails, that it may be old. */
export function Loaded<Data>({ query, what, loading, heading, children }: LoadedProps<Data>) {
  const { data, error, isFetching, refetch } = query;
  if (data !== undefined) return children(data, <Stale query={query} what={what} />);
  if (error === null) return loading;
  return (
    <>
      {heading === undefined ? null : <h1 className="sr-only">{heading}</h1>}
      <ErrorState
        title={`${what} could not be read`}
        onRetry={() => void refetch()}
        retrying={isFetching}
        requestId={isApiProblem(error) ? error.requestId : null}
      >
        {error.message}
      </ErrorState>
    </>
  );
}

function Stale({ query: { error, isFetching, refetch }, what }: Pick<LoadedProps<unknown>, 'query' | 'what'>) {
  if (error === null) return null;
  return (
    <Notice
      role="alert"
      tone="no"
      title={`${what} could not be read again`}
      action={
        <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      }
    >
      {error.message} What is shown may be old.
    </Notice>
  );
}
