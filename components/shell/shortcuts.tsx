'use client';

import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { ShortcutHelp } from './shortcut-help';
import { matchKey, type Pending } from './shortcut-keys';

export interface Shortcut {
  /** A single key (`j`, `/`, `?`) or a sequence of two (`g q`). */
  keys: string;
  /** What it does, as the help says it. */
  label: string;
  /** Under which heading the help lists it. */
  group?: string;
  /** Whether holding the key repeats it: for moving, never for deciding. */
  repeats?: boolean;
  /** False while it would do nothing; the help still lists it. */
  enabled?: boolean;
  run: () => void;
}

interface Registry {
  register: (shortcuts: readonly Shortcut[]) => () => void;
  openHelp: () => void;
}

const RegistryContext = createContext<Registry | null>(null);

function useRegistry(): Registry {
  const registry = useContext(RegistryContext);
  if (!registry) throw new Error('Shortcuts need a ShortcutsProvider around them');
  return registry;
}

/** Registers shortcuts while the component is mounted. The latest registration of a key wins, so a page may refine the shell's. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const { register } = useRegistry();
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const signature = JSON.stringify(shortcuts.map(({ run: _, ...rest }) => rest));
  // biome-ignore lint/correctness/useExhaustiveDependencies: registered again when what is listed changes, not when `run` is a new function.
  useEffect(
    () => register(latest.current.map((shortcut, index) => ({ ...shortcut, run: () => latest.current[index]?.run() }))),
    [register, signature],
  );
}

/** Opens the list of shortcuts, for a menu: with the keys turned off, `?` is off too. */
export function useShortcutHelp(): () => void {
  return useRegistry().openHelp;
}

const STORAGE_KEY = 'countersign.shortcuts';
const OFF = 'off';
const SWITCHED = 'countersign:shortcuts';

/** People who speak to their computer need single keys to be silent (WCAG 2.1.4). Kept in this browser. */
function readEnabled(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== OFF;
  } catch {
    // Storage may be blocked altogether; the default holds then.
    return true;
  }
}

function subscribeEnabled(listener: () => void): () => void {
  window.addEventListener('storage', listener);
  window.addEventListener(SWITCHED, listener);
  return () => {
    window.removeEventListener('storage', listener);
    window.removeEventListener(SWITCHED, listener);
  };
}

function writeEnabled(enabled: boolean): void {
  if (enabled) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, OFF);
  window.dispatchEvent(new Event(SWITCHED));
}

/** Fields take keys as text, menus and lists as search, dialogs are a place of their own. */
const TAKES_KEYS =
  'input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=""], [contenteditable=true], [role=menu], [role=listbox], [role=combobox]';
const ON_TOP = '[role=dialog][data-state=open], [role=alertdialog][data-state=open], [role=menu][data-state=open]';

function isElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : null;
  return Boolean(target?.closest(TAKES_KEYS)) || document.querySelector(ON_TOP) !== null;
}

/** Listens once for the whole console. `?` opens the list of what is registered. */
export function ShortcutsProvider({ children }: { children: ReactNode }) {
  const [registered, setRegistered] = useState<readonly Shortcut[]>([]);
  const [helpOpen, setHelpOpen] = useState(false);
  const enabled = useSyncExternalStore(subscribeEnabled, readEnabled, () => true);
  const pending = useRef<Pending | null>(null);

  const register = useCallback((shortcuts: readonly Shortcut[]) => {
    setRegistered((before) => [...before, ...shortcuts]);
    return () => setRegistered((before) => before.filter((shortcut) => !shortcuts.includes(shortcut)));
  }, []);
  const openHelp = useCallback(() => setHelpOpen(true), []);
  const registry = useMemo(() => ({ register, openHelp }), [register, openHelp]);

  useEffect(() => {
    document.documentElement.toggleAttribute('data-shortcuts-off', !enabled);
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (isElsewhere(event)) return;
      const usable = registered.filter((shortcut) => shortcut.enabled !== false);
      const keys = [...usable.map((shortcut) => shortcut.keys), '?'];
      const match = matchKey({ key: event.key, atMs: event.timeStamp }, pending.current, keys);
      pending.current = match.pending;
      if (match.keys === null) return;
      const shortcut = usable.findLast((candidate) => candidate.keys === match.keys);
      if (event.repeat && !shortcut?.repeats) return;
      event.preventDefault();
      if (shortcut) shortcut.run();
      else openHelp();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [enabled, registered, openHelp]);

  return (
    <RegistryContext value={registry}>
      {children}
      <ShortcutHelp
        shortcuts={registered}
        open={helpOpen}
        onOpenChange={setHelpOpen}
        enabled={enabled}
        onEnabledChange={writeEnabled}
      />
    </RegistryContext>
  );
}
