import { redirect } from 'next/navigation';
import { sectionsFor } from '@/components/settings/settings-sections';
import { requirePageActor } from '@/lib/http/page';

/** Leads to the first part that the reader may see. */
export default async function SettingsPage() {
  const { permissions } = await requirePageActor();
  const [first] = sectionsFor(permissions);
  redirect(first?.href ?? '/settings/account');
}
