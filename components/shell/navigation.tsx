'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '@/components/ui/class-names';
import type { Permission } from '@/lib/domain/access';
import type { ShellCounts } from './app-shell';

interface Place {
  href: string;
  label: string;
  /** With `g` before it. */
  key: string;
  /** What its page asks for; null: there for everybody. */
  permission: Permission | null;
  /** Pages that belong to it and lie elsewhere. */
  also?: string;
  count?: keyof ShellCounts;
}

/** Where one can go. Adding a row here is how a page gets into the navigation and onto the keyboard. */
const PLACES = [
  { href: '/queue', label: 'Queue', key: 'q', permission: 'requests:read', also: '/requests', count: 'open' },
  { href: '/runs', label: 'Runs', key: 'r', permission: 'runs:read', count: 'runs' },
  { href: '/dags', label: 'Definitions', key: 'd', permission: 'runs:read' },
  { href: '/insights', label: 'Insights', key: 'i', permission: 'requests:read' },
  { href: '/audit', label: 'Audit', key: 'a', permission: 'events:read' },
  { href: '/policies', label: 'Policies', key: 'p', permission: 'policy:manage' },
  { href: '/settings', label: 'Settings', key: 's', permission: null },
] as const satisfies readonly Place[];

/** Where somebody can go: a place that would answer “not found” is not offered. */
export function placesFor(permissions: readonly Permission[]): Place[] {
  const places: readonly Place[] = PLACES;
  return places.filter(({ permission }) => permission === null || permissions.includes(permission));
}

function isWithin(path: string, root: string | undefined): boolean {
  return root !== undefined && (path === root || path.startsWith(`${root}/`));
}

/** The place a path belongs to, or null for pages that are not in the navigation. */
export function placeOf(path: string): Place | null {
  const places: readonly Place[] = PLACES;
  return places.find((place) => isWithin(path, place.href) || isWithin(path, place.also)) ?? null;
}

interface NavigationProps {
  permissions: readonly Permission[];
  counts: ShellCounts;
  onNavigate?: () => void;
}

/** The links, with the count of what waits; the current one is marked for everybody. */
export function Navigation({ permissions, counts, onNavigate }: NavigationProps) {
  const current = placeOf(usePathname());
  return (
    <nav aria-label="Main">
      <ul className="grid gap-0.5">
        {placesFor(permissions).map((place) => (
          <li key={place.href}>
            <Link
              href={place.href}
              {...(onNavigate ? { onClick: onNavigate } : {})}
              aria-current={current?.href === place.href ? 'page' : undefined}
              className={cx(
                'flex min-h-8 items-center justify-between rounded-control px-2 text-ink-2 transition-colors hover:text-ink max-rail:min-h-11 max-rail:text-16',
                'aria-[current=page]:bg-sunk aria-[current=page]:font-medium aria-[current=page]:text-ink',
              )}
            >
              {place.label}
              {place.count ? <Waiting counts={counts} of={place.count} /> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** What is counted, in a word. */
export const COUNT_WORDS = { open: 'open', runs: 'waiting' } as const satisfies Record<keyof ShellCounts, string>;

function Waiting({ counts, of }: { counts: ShellCounts; of: keyof ShellCounts }) {
  const count = counts[of];
  if (count === 0) return null;
  return (
    <span className="font-normal text-ink-3">
      {count.toLocaleString('en-US')}
      <span className="sr-only"> {COUNT_WORDS[of]}</span>
    </span>
  );
}
