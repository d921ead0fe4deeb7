'use client';

import Link from 'next/link';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cx } from './class-names';

const listClass = 'flex h-12 gap-4 overflow-x-auto [scrollbar-width:none]';
const tabClass =
  'flex h-12 shrink-0 items-center gap-1.5 border-transparent border-b-2 text-ink-3 transition-colors hover:text-ink focus-visible:-outline-offset-2';
const currentClass = 'aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink';
const selectedClass = 'aria-selected:border-ink aria-selected:font-medium aria-selected:text-ink';

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

export interface Tab {
  value: string;
  label: string;
  count?: number | undefined;
  content: ReactNode;
}

/** Panels of one thing that is already here; arrow keys move between them. */
export function Tabs({ label, tabs, defaultValue }: { label: string; tabs: readonly Tab[]; defaultValue?: string }) {
  const first = defaultValue ?? tabs[0]?.value;
  return (
    <Radix.Root {...(first === undefined ? {} : { defaultValue: first })}>
      <Radix.List aria-label={label} className={cx(listClass, 'border-b')}>
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={cx(tabClass, selectedClass)}>
            {tab.label} <Count count={tab.count} />
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
