import type { ReactNode } from 'react';
import { SettingsNav } from '@/components/settings/settings-nav';
import { sectionsFor } from '@/components/settings/settings-sections';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { requirePageActor } from '@/lib/http/page';

/** The parts of the settings that the reader may see. Every page below asks for its own permission. */
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  const { permissions } = await requirePageActor();
  return (
    <>
      <SettingsNav sections={sectionsFor(permissions)} />
      <div className={PAGE_BODY}>{children}</div>
    </>
  );
}
