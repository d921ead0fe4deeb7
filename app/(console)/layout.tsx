import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import { ConsoleFrame } from '@/components/live/console-frame';
import { findViewer } from '@/components/request/viewer';
import { can } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { getEmergencyStop } from '@/lib/services/policy';
import { countWaiting } from '@/lib/services/requests';

/** What stands around every page of a signed-in person. Each page authorizes itself as well. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const actor = await requirePageActor();
  const viewer = findViewer(actor) ?? notFound();
  const { name, email, role, level, tenantId, permissions } = viewer;
  const [waiting, stop] = can(actor, 'requests:read')
    ? await Promise.all([countWaiting(actor), getEmergencyStop(actor)])
    : [{ open: 0, runs: 0 }, null];
  return (
    <ConsoleFrame user={{ name, email, role, level, tenantId, permissions }} waiting={waiting} stop={stop}>
      {children}
    </ConsoleFrame>
  );
}
