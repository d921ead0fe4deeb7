'use client';

import { usePathname } from 'next/navigation';
import { cx } from '@/components/ui/class-names';
import { PAGE_EDGE } from '@/components/ui/page-edge';
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
      className={cx('border-b', PAGE_EDGE)}
    />
  );
}
