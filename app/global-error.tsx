'use client';

import { ErrorState } from '@/components/ui/error-state';
import { TooltipProvider } from '@/components/ui/tooltip';
import { fontVariables } from './fonts';
import './globals.css';

/** The last resort: the root layout itself failed, so this page stands alone and knows no theme but the system's. */
export default function GlobalError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en" className={fontVariables}>
      <body>
        <title>Something went wrong · Countersign</title>
        <main className="grid min-h-dvh content-center">
          <h1 className="sr-only">Something went wrong</h1>
          <TooltipProvider>
            <ErrorState title="This page could not be shown" onRetry={reset} requestId={error.digest ?? null}>
              Nothing was decided or changed by it. Try again; if it stays like this, tell whoever runs Countersign.
            </ErrorState>
          </TooltipProvider>
        </main>
      </body>
    </html>
  );
}
