import type { Metadata } from 'next';
import { EmergencyStopView } from '@/components/settings/emergency-stop-view';
import { requirePageActor } from '@/lib/http/page';
import { getEmergencyStop } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Emergency stop' };

export default async function EmergencyStopPage() {
  const actor = await requirePageActor('policy:emergency_stop');
  return <EmergencyStopView initial={await getEmergencyStop(actor)} />;
}
