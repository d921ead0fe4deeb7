import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';

/** Missing and not yours read the same, here as in the API. */
export default function NotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is nothing here" action={<ButtonLink href="/queue">Go to the queue</ButtonLink>}>
        It may have been removed, or it belongs to somebody else. Check the address, or the account you are signed in
        with.
      </EmptyState>
    </>
  );
}
