import { ChevronLeftIcon } from 'lucide-react';
import Link from 'next/link';

/** The way back to the versions, above a page's title. */
export function PoliciesLink() {
  return (
    <Link
      href="/policies"
      className="-ml-1 inline-flex min-h-7 items-center gap-0.5 rounded-mark pr-1 text-13 text-ink-3 transition-colors hover:text-ink"
    >
      <ChevronLeftIcon className="size-4" aria-hidden="true" />
      Policies
    </Link>
  );
}
