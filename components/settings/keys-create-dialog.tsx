'use client';

import { PlusIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { useFocusOnMount } from '@/components/ui/form-focus';
import { Notice } from '@/components/ui/notice';
import { SecretBox } from '@/components/ui/secret-box';
import type { CreatedKeyResource } from '@/lib/contracts';
import { CreateKeyForm } from './keys-create-form';
import { findKeyDraft, forgetKeyDraft } from './keys-draft';
import type { KeysViewer } from './keys-viewer';

/** The button that makes a key, the form behind it, and the one moment in which the key can be read. */
export function CreateKeyDialog({ viewer }: { viewer: KeysViewer }) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<CreatedKeyResource | null>(null);
  const [reminded, setReminded] = useState(false);
  useEffect(() => {
    // Back from signing in again: the form is as it was left.
    if (findKeyDraft(viewer) !== null) setOpen(true);
  }, [viewer]);
  const close = () => {
    forgetKeyDraft(viewer);
    setOpen(false);
    setMade(null);
    setReminded(false);
  };
  const onOpenChange = (next: boolean) => {
    if (next) setOpen(true);
    // A stray click or Escape does not lose the key: the first one only says so.
    else if (made !== null && made.key !== null && !reminded) setReminded(true);
    else close();
  };
  return (
    <Dialog
      title={made ? 'Store this key now' : 'Create an API key'}
      trigger={
        <Button variant="act" icon={<PlusIcon className="size-4" aria-hidden="true" />}>
          Create key
        </Button>
      }
      open={open}
      onOpenChange={onOpenChange}
      size={made ? 'md' : 'lg'}
    >
      {made ? (
        <MadeKey made={made} reminded={reminded} onDone={close} />
      ) : (
        <CreateKeyForm viewer={viewer} onMade={setMade} />
      )}
    </Dialog>
  );
}

interface MadeKeyProps {
  made: CreatedKeyResource;
  reminded: boolean;
  onDone: () => void;
}

function MadeKey({ made, reminded, onDone }: MadeKeyProps) {
  // Not its button: pressing Enter twice in the form must not close what is shown once.
  const place = useFocusOnMount<HTMLDivElement>();
  if (made.key === null) {
    return (
      <div ref={place} tabIndex={-1} className="grid gap-4 outline-none">
        <Notice role="alert" tone="open" title="The key was made, but it got lost on its way here">
          The first answer never arrived, and a key is shown once. Revoke {made.name} and create another.
        </Notice>
        <DialogActions>
          <Button variant="act" onClick={onDone}>
            Close
          </Button>
        </DialogActions>
      </div>
    );
  }
  return (
    <div ref={place} tabIndex={-1} className="grid gap-4 outline-none">
      <SecretBox label="API key" secret={made.key} />
      <div className="grid gap-1">
        <p className="font-medium text-13 text-ink-2">Send it with every call</p>
        <code className="rounded-control bg-sunk px-3 py-2 font-mono text-13">Authorization: Bearer csk_live_…</code>
      </div>
      {reminded ? (
        <Notice role="alert" tone="open" title="It is gone when this closes">
          Press the button once it is stored, or close again to let it go.
        </Notice>
      ) : null}
      <DialogActions>
        <Button variant="act" onClick={onDone}>
          I have stored it
        </Button>
      </DialogActions>
    </div>
  );
}
