import type { Metadata } from 'next';
import { Brand } from '@/components/shell/brand';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

export const metadata: Metadata = { title: 'Not found' };

/** Missing and not yours read the same, here as in the API. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-2 p-6">
      <h1 className="sr-only">Not found</h1>
      <Brand />
      <EmptyState title="There is nothing here" action={<ButtonLink href="/queue">Go to the queue</ButtonLink>}>
        It may have been removed, or it belongs to somebody else. Check the address, or the account you are signed in
        with.
      </EmptyState>
    </main>
  );
}
