'use client';

import { Button } from '@/components/ui/button';
import { DialogActions } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { SecretBox } from '@/components/ui/secret-box';
import type { EndpointWithSecret } from '@/lib/contracts';
import { useFocusOnMount } from './focus';

interface ShownSecretProps {
  made: EndpointWithSecret;
  /** Whether somebody was about to close it before saying that it is stored. */
  reminded: boolean;
  onDone: () => void;
}

/** The one moment in which a signing secret can be read, and how to verify with it. */
export function ShownSecret({ made, reminded, onDone }: ShownSecretProps) {
  const place = useFocusOnMount<HTMLDivElement>();
  if (made.secret === null) {
    return (
      <div ref={place} tabIndex={-1} className="grid gap-4 outline-none">
        <Notice role="alert" tone="open" title="The secret was made, but it got lost on its way here">
          The first answer never arrived, and a secret is shown once. Rotate it to get another.
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
      <SecretBox label="Signing secret" secret={made.secret} />
      <div className="grid gap-1 text-13 text-ink-2">
        <p className="font-medium">The receiver verifies with it</p>
        <p>
          Deliveries carry <code className="font-mono text-12">webhook-id</code>,{' '}
          <code className="font-mono text-12">webhook-timestamp</code> and{' '}
          <code className="font-mono text-12">webhook-signature</code>: any Standard Webhooks library checks them. The
          HMAC-SHA256 of the body under the secret’s text is in{' '}
          <code className="font-mono text-12">X-Webhook-Signature</code>.
        </p>
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
