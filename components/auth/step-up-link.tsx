'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { ButtonLink } from '@/components/ui/button';

/** Leads to the sign-in, for a fresh proof of who one is, and back to this page. */
export function StepUpLink() {
  const search = useSearchParams().toString();
  const here = `${usePathname()}${search === '' ? '' : `?${search}`}`;
  return (
    <ButtonLink variant="act" href={`/login?step_up=1&callbackUrl=${encodeURIComponent(here)}`} prefetch={false}>
      Sign in again
    </ButtonLink>
  );
}
