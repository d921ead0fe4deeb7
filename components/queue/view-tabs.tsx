'use client';

import { ChevronDownIcon } from 'lucide-react';
import { useWaiting } from '@/components/live/console-frame';
import { LiveIndicator } from '@/components/live/live-indicator';
import { cx } from '@/components/ui/class-names';
import { Menu, MenuItem } from '@/components/ui/dropdown-menu';
import { LinkTabs } from '@/components/ui/tabs';
import { type QueueFilters, queueHref, VIEWS, type View } from './filters';
import { useMineCount } from './use-requests';

const DECIDED = ['approved', 'rejected', 'expired', 'cancelled'] as const satisfies readonly View[];

interface ViewTabsProps {
  filters: QueueFilters;
  onView: (view: View) => void;
}

/** The views: what waits with its counts, what is over behind one word, and how fresh it all is. */
export function ViewTabs({ filters, onView }: ViewTabsProps) {
  const { open } = useWaiting();
  const mine = useMineCount();
  const tab = (view: View, count?: number | string) => ({
    href: queueHref({ ...filters, view }),
    label: VIEWS[view].label,
    count,
    current: filters.view === view,
  });
  const tabs = [tab('open', open), tab('mine', mine), tab('all')];
  const decided = DECIDED.find((view) => view === filters.view);
  return (
    <div className="flex h-12 shrink-0 items-center gap-4 border-b px-4">
      <LinkTabs
        label="Views"
        tabs={tabs}
        onNavigate={(href) => {
          const view = (Object.keys(VIEWS) as View[]).find((name) => queueHref({ ...filters, view: name }) === href);
          if (view) onView(view);
        }}
      />
      <Menu
        trigger={
          <button
            type="button"
            className={cx(
              '-ml-px flex h-12 items-center gap-1 border-b-2 transition-colors hover:text-ink focus-visible:-outline-offset-2',
              decided ? 'border-ink font-medium text-ink' : 'border-transparent text-ink-3',
            )}
          >
            {decided ? VIEWS[decided].label : 'Decided'}
            <ChevronDownIcon className="size-3.5 text-ink-3" aria-hidden="true" />
          </button>
        }
      >
        {DECIDED.map((view) => (
          <MenuItem key={view} onSelect={() => onView(view)}>
            {VIEWS[view].label}
          </MenuItem>
        ))}
      </Menu>
      <LiveIndicator className="ml-auto" />
    </div>
  );
}
