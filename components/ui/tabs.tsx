'use client';

import Link from 'next/link';
import { cx } from './class-names';

const listClass = 'flex h-12 gap-4 overflow-x-auto [scrollbar-width:none]';
const tabClass =
  'flex h-12 shrink-0 items-center gap-1.5 border-transparent border-b-2 text-ink-3 transition-colors hover:text-ink focus-visible:-outline-offset-2';
const currentClass = 'aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink';

function Count({ count }: { count: number | string | undefined }) {
  if (count === undefined) return null;
  return (
    <span className="font-normal text-ink-3">{typeof count === 'number' ? count.toLocaleString('en-US') : count}</span>
  );
}

export interface LinkTab {
  href: string;
  label: string;
  /** A text where it is not exact: "50+". */
  count?: number | string | undefined;
  current: boolean;
}

export interface LinkTabsProps {
  label: string;
  tabs: readonly LinkTab[];
  /** Changes the view in place instead of asking the server for the page; a new window still follows the link. */
  onNavigate?: (href: string) => void;
  className?: string;
}

/** Views of the same list that live in the URL: links, so that back, reload and a new window work. */
export function LinkTabs({ label, tabs, onNavigate, className }: LinkTabsProps) {
  return (
    <nav aria-label={label} className={cx(listClass, className)}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          scroll={false}
          {...(onNavigate
            ? {
                prefetch: false,
                onNavigate: (event: { preventDefault: () => void }) => {
                  event.preventDefault();
                  onNavigate(tab.href);
                },
              }
            : {})}
          aria-current={tab.current ? 'page' : undefined}
          className={cx(tabClass, currentClass)}
        >
          {tab.label} <Count count={tab.count} />
        </Link>
      ))}
    </nav>
  );
}
