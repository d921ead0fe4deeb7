'use client';

import { type ReactElement, type ReactNode, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions } from '@/components/ui/dialog';
import { useFocusOnMount } from '@/components/ui/form-focus';
import { Notice } from '@/components/ui/notice';
import { SecretBox } from '@/components/ui/secret-box';
import type { EndpointWithSecret } from '@/lib/contracts';

interface SecretDialogProps {
  title: ReactNode;
  description?: ReactNode;
  trigger?: ReactElement;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  size: 'md' | 'lg';
  /** What to do where the answer with the secret never arrived. */
  lost: { title: string; advice: string };
  /** The form, which hands over what it has made. */
  children: (onMade: (made: EndpointWithSecret) => void) => ReactNode;
}

/** A form that makes a signing secret, and the one moment in which the secret can be read. */
export function SecretDialog({
  title,
  description,
  trigger,
  open,
  onOpenChange,
  size,
  lost,
  children,
}: SecretDialogProps) {
  const [made, setMade] = useState<EndpointWithSecret | null>(null);
  const [reminded, setReminded] = useState(false);
  const close = () => {
    setMade(null);
    setReminded(false);
    onOpenChange(false);
  };
  const change = (next: boolean) => {
    if (next) onOpenChange(true);
    // A stray click or Escape does not lose the secret: the first one only says so.
    else if (made !== null && made.secret !== null && !reminded) setReminded(true);
    else close();
  };
  return (
    <Dialog
      title={made ? 'Store this secret now' : title}
      {...(made || !description ? {} : { description })}
      {...(trigger ? { trigger } : {})}
      open={open}
      onOpenChange={change}
      size={made ? 'md' : size}
    >
      {made ? <MadeSecret made={made} lost={lost} reminded={reminded} onDone={close} /> : children(setMade)}
    </Dialog>
  );
}

interface MadeSecretProps {
  made: EndpointWithSecret;
  lost: SecretDialogProps['lost'];
  reminded: boolean;
  onDone: () => void;
}

function MadeSecret({ made: { secret }, lost, reminded, onDone }: MadeSecretProps) {
  // Not its button: pressing Enter twice in the form must not close what is shown once.
  const place = useFocusOnMount<HTMLDivElement>();
  return (
    <div ref={place} tabIndex={-1} className="grid gap-4 outline-none">
      {secret === null ? (
        <Notice role="alert" tone="open" title={lost.title}>
          The first answer never arrived, and a secret is shown once. {lost.advice}
        </Notice>
      ) : (
        <>
          <SecretBox label="Signing secret" secret={secret} />
          <p className="text-13 text-ink-2">
            Every delivery is signed with it, in <code className="font-mono text-12">webhook-signature</code> as
            Standard Webhooks describes it, and in <code className="font-mono text-12">X-Webhook-Signature</code> as a
            plain HMAC-SHA256 of the body. Check one of them before you believe what arrives.
          </p>
        </>
      )}
      {reminded ? (
        <Notice role="alert" tone="open" title="It is gone when this closes">
          Press the button once it is stored, or close again to let it go.
        </Notice>
      ) : null}
      <DialogActions>
        <Button variant="act" onClick={onDone}>
          {secret === null ? 'Close' : 'I have stored it'}
        </Button>
      </DialogActions>
    </div>
  );
}
