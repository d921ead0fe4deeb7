'use client';

import { ChevronsUpDownIcon } from 'lucide-react';
import { useState } from 'react';
import { Menu, MenuChoice, MenuItem, MenuLink, MenuSeparator } from '@/components/ui/dropdown-menu';
import { LevelGlyph } from '@/components/ui/level';
import type { ShellUser } from './app-shell';
import { applyDensity, applyTheme, type Density, type Theme, toDensity, toTheme } from './appearance';
import { useShortcutHelp } from './shortcuts';

const ROLES = { viewer: 'Viewer', operator: 'Operator', admin: 'Admin', owner: 'Owner' } as const satisfies Record<
  ShellUser['role'],
  string
>;

const THEME_OPTIONS = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const satisfies readonly { value: Theme; label: string }[];

const DENSITY_OPTIONS = [
  { value: 'dense', label: 'Dense' },
  { value: 'comfortable', label: 'Comfortable' },
] as const satisfies readonly { value: Density; label: string }[];

/** Who is signed in, with their level, and what concerns only them. */
export function UserMenu({ user, signOut }: { user: ShellUser; signOut: () => void }) {
  const openHelp = useShortcutHelp();
  return (
    <Menu
      side="top"
      className="w-56"
      trigger={
        <button
          type="button"
          className="flex w-full items-center gap-2.5 rounded-control px-2 py-1.5 text-left text-13 transition-colors hover:bg-sunk data-[state=open]:bg-sunk"
        >
          <LevelGlyph level={user.level} />
          <span className="grid min-w-0 flex-1">
            <span className="truncate">{user.name}</span>
            <span className="truncate text-12 text-ink-3">
              {ROLES[user.role]} · {user.tenantId}
            </span>
          </span>
          <ChevronsUpDownIcon className="size-3.5 shrink-0 text-ink-3" aria-hidden="true" />
        </button>
      }
    >
      <p className="truncate px-2 pt-1.5 pb-1 text-12 text-ink-3">{user.email}</p>
      <MenuLink href="/settings/account">Account</MenuLink>
      <MenuItem onSelect={openHelp} hint="?">
        Keyboard shortcuts
      </MenuItem>
      <MenuSeparator />
      <Appearance />
      <MenuSeparator />
      <MenuItem onSelect={signOut}>Sign out</MenuItem>
    </Menu>
  );
}

/** Mounted when the menu opens, so it can read what the page shows. */
function Appearance() {
  const [theme, setTheme] = useState(() => toTheme(document.documentElement.dataset.theme));
  const [density, setDensity] = useState(() => toDensity(document.documentElement.dataset.density));
  return (
    <>
      <MenuChoice
        label="Theme"
        value={theme}
        options={THEME_OPTIONS}
        onValueChange={(next) => {
          applyTheme(next);
          setTheme(next);
        }}
      />
      <MenuSeparator />
      <MenuChoice
        label="Density"
        value={density}
        options={DENSITY_OPTIONS}
        onValueChange={(next) => {
          applyDensity(next);
          setDensity(next);
        }}
      />
    </>
  );
}
