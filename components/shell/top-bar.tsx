'use client';

import { MenuIcon, XIcon } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { Dialog as Radix } from 'radix-ui';
import { useState } from 'react';
import { IconButton } from '@/components/ui/button';
import { scrimClass } from '@/components/ui/dialog';
import type { ShellProps } from './app-shell';
import { Brand, BrandMark } from './brand';
import { COUNT_WORDS, Navigation, placeOf } from './navigation';
import { UserMenu } from './user-menu';

/** Below 820 px the rail is a bar that stays on top; the same navigation comes in from the side. */
export function TopBar({ user, counts, signOut }: Omit<ShellProps, 'children' | 'stop'>) {
  const [open, setOpen] = useState(false);
  const here = placeOf(usePathname());
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2.5 border-b bg-paper px-4 rail:hidden">
      <BrandMark />
      <span className="font-semibold text-16 tracking-[-0.01em]">{here?.label ?? 'Countersign'}</span>
      {here?.count && counts[here.count] > 0 ? (
        <span className="text-ink-3">
          {counts[here.count].toLocaleString('en-US')} {COUNT_WORDS[here.count]}
        </span>
      ) : null}
      <Radix.Root open={open} onOpenChange={setOpen}>
        <Radix.Trigger asChild>
          <IconButton label="Menu" hint={false} className="-mr-2 ml-auto">
            <MenuIcon className="size-5" aria-hidden="true" />
          </IconButton>
        </Radix.Trigger>
        <Radix.Portal>
          <Radix.Overlay className={`${scrimClass} rail:hidden`} />
          <Radix.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] animate-slide flex-col gap-4 border-r bg-paper p-3 shadow-float rail:hidden"
          >
            <div className="flex items-center justify-between py-1 pl-2">
              <Radix.Title>
                <Brand />
              </Radix.Title>
              <Radix.Close asChild>
                <IconButton label="Close" hint={false}>
                  <XIcon className="size-5" aria-hidden="true" />
                </IconButton>
              </Radix.Close>
            </div>
            <Navigation permissions={user.permissions} counts={counts} onNavigate={() => setOpen(false)} />
            <div className="mt-auto border-t pt-2">
              <UserMenu user={user} signOut={signOut} />
            </div>
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </header>
  );
}
