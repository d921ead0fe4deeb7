'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { type FocusEvent, useEffect, useId, useRef } from 'react';
import { cx } from '@/components/ui/class-names';
import { PAGE_EDGE } from '@/components/ui/page-edge';
import { groupSections, type SettingsSection } from './settings-sections';

/**
 * The parts of the settings that the reader may see, by their groups. Where they do not all fit, the strip moves by itself, with the current
 * part in sight, and fades where it goes on; a wide screen names the groups above them.
 */
export function SettingsNav({ sections }: { sections: readonly SettingsSection[] }) {
  const path = usePathname();
  const id = useId();
  const strip = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page has another current part.
  useEffect(() => {
    const row = strip.current;
    const current = row?.querySelector<HTMLElement>('[aria-current="page"]');
    if (row && current) bringIntoSight(row, current);
  }, [path]);
  // Who goes by keyboard sees the whole of where they are; under a pointer nothing moves.
  const onFocus = ({ currentTarget: target }: FocusEvent<HTMLElement>) => {
    if (strip.current !== null && target.matches(':focus-visible')) bringIntoSight(strip.current, target);
  };
  return (
    <nav aria-label="Settings" className="border-b">
      <div
        ref={strip}
        className={cx(
          'relative flex overflow-x-auto [scrollbar-width:none]',
          'max-wide:mask-[linear-gradient(to_right,transparent,black_1.125rem,black_calc(100%-2.5rem),transparent)]',
          PAGE_EDGE,
        )}
      >
        {groupSections(sections).map(({ group, sections: parts }, index) => (
          <div
            key={group}
            className="flex shrink-0 items-center not-first:before:mx-4 not-first:before:h-4 not-first:before:border-line-strong not-first:before:border-l wide:block wide:before:hidden wide:not-first:ml-9"
          >
            <p id={`${id}-${index}`} className="max-wide:sr-only wide:pt-3 wide:text-12 wide:text-ink-3">
              {group}
            </p>
            <ul aria-labelledby={`${id}-${index}`} className="flex gap-4">
              {parts.map(({ href, label }) => (
                <li key={href}>
                  <Link
                    href={href}
                    onFocus={onFocus}
                    aria-current={path === href || path.startsWith(`${href}/`) ? 'page' : undefined}
                    className="flex h-12 items-center whitespace-nowrap border-transparent border-b-2 text-ink-2 transition-colors hover:text-ink focus-visible:-outline-offset-2 aria-[current=page]:border-ink aria-[current=page]:font-medium aria-[current=page]:text-ink wide:h-9"
                  >
                    {label}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}

/** Only the strip moves: the browser's own way would move the page as well. */
function bringIntoSight(row: HTMLElement, part: HTMLElement): void {
  row.scrollLeft = part.offsetLeft - (row.clientWidth - part.offsetWidth) / 2;
}
