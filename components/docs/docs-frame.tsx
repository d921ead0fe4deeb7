import Link from 'next/link';
import type { ReactNode } from 'react';
import { Brand } from '@/components/shell/brand';

/** What stands around the pages that explain the API: the way back to the console, and the page's `<main>`. */
export function DocsFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <header className="mx-auto max-w-[880px] px-4.5 pt-5 sm:px-10">
        <Link href="/queue" className="rounded-control" aria-label="Countersign, to the queue">
          <Brand />
        </Link>
      </header>
      <main id="main" className="mx-auto grid max-w-[880px] gap-8 px-4.5 py-8 sm:px-10">
        {children}
      </main>
    </>
  );
}
