'use client';

import { isServer, MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { isApiProblem } from '@/lib/client';
import { signInAgainHref } from './sign-in-again';

const STALE_MS = 30_000;

/** A session that has ended is signed in again, and comes back to where it was. */
function onError(error: unknown): void {
  if (!isApiProblem(error) || error.status !== 401) return;
  location.assign(signInAgainHref(`${location.pathname}${location.search}`));
}

/** Asking again helps where nobody answered or the server is busy; a refusal stays one. */
function isPassing(error: unknown): boolean {
  return isApiProblem(error) && (error.status === 0 || error.status >= 502);
}

function makeQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: STALE_MS, retry: (failures, error) => failures < 2 && isPassing(error) },
      // An act is repeated only by who carries an Idempotency-Key, and says so itself.
      mutations: { retry: false },
    },
  });
}

let browserClient: QueryClient | undefined;

/** One client per browser, and one per request on the server, so that no answer is shown to somebody else. */
function queryClient(): QueryClient {
  if (isServer) return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
}

/** What the console's pages read with: TanStack Query over the typed client. */
export function QueryProvider({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={queryClient()}>{children}</QueryClientProvider>;
}
