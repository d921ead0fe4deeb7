'use client';

import { usePathname } from 'next/navigation';
import { LinkTabs } from '@/components/ui/tabs';
import type { SettingsSection } from './settings-sections';

/** The parts of the settings that the reader may see. */
export function SettingsNav({ sections }: { sections: readonly SettingsSection[] }) {
  const path = usePathname();
  return (
    <LinkTabs
      label="Settings"
      tabs={sections.map(({ href, label }) => ({
        href,
        label,
        current: path === href || path.startsWith(`${href}/`),
      }))}
      className="border-b px-4 rail:px-8"
    />
  );
}
