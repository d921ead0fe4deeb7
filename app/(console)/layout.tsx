import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { ConsoleFrame } from '@/components/live/console-frame';
import { findViewer } from '@/components/request/viewer';
import { can } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { getEmergencyStop } from '@/lib/services/policy';
import { countOpenRequests } from '@/lib/services/requests';

/** What stands around every page of a signed-in person. Each page authorizes itself as well. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await requirePageActor();
  const viewer = findViewer(actor) ?? notFound();
  const { name, email, role, level, tenantId, permissions } = viewer;
  const [open, stop] = can(actor, 'requests:read')
    ? await Promise.all([countOpenRequests(actor), getEmergencyStop(actor)])
    : [0, null];
  return (
    <ConsoleFrame user={{ name, email, role, level, tenantId, permissions }} open={open} stop={stop}>
      {children}
    </ConsoleFrame>
  );
}
