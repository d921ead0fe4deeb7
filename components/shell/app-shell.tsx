'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import type { EmergencyStopResource } from '@/lib/contracts';
import type { Permission, Role } from '@/lib/domain/access';
import { Brand } from './brand';
import { Navigation, placesFor } from './navigation';
import { useShortcuts } from './shortcuts';
import { MAIN_ID, SkipLink } from './skip-link';
import { StopBanner } from './stop-banner';
import { TopBar } from './top-bar';
import { UserMenu } from './user-menu';

export interface ShellUser {
  name: string;
  email: string;
  role: Role;
  level: number;
  tenantId: string;
  permissions: readonly Permission[];
}

export interface ShellCounts {
  /** Requests that are pending or escalated. */
  open: number;
  /** Runs that wait for somebody. */
  runs: number;
}

export interface ShellProps {
  user: ShellUser;
  counts: ShellCounts;
  /** The emergency stop; null while nobody knows. */
  stop: EmergencyStopResource | null;
  signOut: () => void;
  children: ReactNode;
}

/**
 * What stands around every page of a signed-in person: the rail (a bar on a phone), the page's only `<main>`, the skip link and
 * `g` then a letter to go somewhere. Pages scroll with the document; one with panes of its own takes the height `h-pane`.
 */
export function AppShell({ children, ...shell }: ShellProps) {
  const router = useRouter();
  useShortcuts(
    placesFor(shell.user.permissions).map((place) => ({
      keys: `g ${place.key}`,
      label: place.label,
      group: 'Go to',
      run: () => router.push(place.href),
    })),
  );
  return (
    <div className="grid min-h-dvh max-rail:grid-rows-[auto_1fr] rail:grid-cols-[12.5rem_minmax(0,1fr)] print:block">
      <SkipLink />
      <TopBar {...shell} />
      <header className="sticky top-0 hidden h-dvh flex-col gap-4 overflow-y-auto px-3 py-4 rail:flex print:hidden">
        <Link href="/queue" className="self-start rounded-control px-2" aria-label="Countersign, to the queue">
          <Brand />
        </Link>
        <Navigation permissions={shell.user.permissions} counts={shell.counts} />
        <div className="mt-auto border-t pt-2">
          <UserMenu user={shell.user} signOut={shell.signOut} />
        </div>
      </header>
      <div className="flex min-w-0 flex-col bg-surface rail:border-l">
        {shell.stop?.active ? (
          <StopBanner stop={shell.stop} mayEnd={shell.user.permissions.includes('policy:emergency_stop')} />
        ) : null}
        <main id={MAIN_ID} tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
    </div>
  );
}
