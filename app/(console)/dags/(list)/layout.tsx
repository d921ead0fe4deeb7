import type { ReactNode } from 'react';
import { requirePageActor } from '@/lib/http/page';

/** Above `loading.tsx`, which answers 200 as soon as it streams: without the permission there is no page, and the answer says 404. */
export default async function DagsLayout({ children }: { children: ReactNode }) {
  await requirePageActor('runs:read');
  return children;
}
