'use client';

import { Dialog } from '@/components/ui/dialog';
import { Switch } from '@/components/ui/switch';
import type { Shortcut } from './shortcuts';

export interface ShortcutHelpProps {
  shortcuts: readonly Shortcut[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  enabled: boolean;
  onEnabledChange: (enabled: boolean) => void;
}

/** What is registered right now, under its headings; a key that was registered twice shows its latest meaning. */
export function ShortcutHelp({ shortcuts, open, onOpenChange, enabled, onEnabledChange }: ShortcutHelpProps) {
  const listed = [...new Map(shortcuts.map((shortcut) => [shortcut.keys, shortcut])).values()];
  const groups = Map.groupBy(listed, ({ group }) => group ?? 'Here');
  return (
    <Dialog title="Keyboard shortcuts" toRead open={open} onOpenChange={onOpenChange}>
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {[...groups].map(([group, entries]) => (
          <section key={group} aria-label={group}>
            <h3 className="mb-1.5 font-medium text-12 text-ink-3">{group}</h3>
            <dl className="divide-y border-y">
              {entries.map(({ keys, label }) => (
                <div key={keys} className="flex items-center justify-between gap-4 py-1.5">
                  <dt className="text-13">{label}</dt>
                  <dd className="flex items-center gap-1 text-12 text-ink-3">
                    <Keys keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        label="Single-key shortcuts"
        hint="Turn them off if you dictate, or press keys by accident. This list stays in your menu."
        checked={enabled}
        onCheckedChange={onEnabledChange}
        className="border-t pt-4"
      />
    </Dialog>
  );
}

function Keys({ keys }: { keys: string }) {
  const [first, second] = keys.split(' ');
  const look =
    'min-w-5 rounded-mark border border-line-strong px-1 text-center font-medium font-mono text-12 text-ink-2';
  return (
    <>
      <kbd className={look}>{first}</kbd>
      {second ? (
        <>
          then <kbd className={look}>{second}</kbd>
        </>
      ) : null}
    </>
  );
}
