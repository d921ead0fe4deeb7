'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { StepUpLink } from '@/components/auth/step-up-link';
import { api } from '@/components/live/api';
import { keepNote, useNote } from '@/components/request/use-note';
import { useSubmitKey } from '@/components/settings/submit-key';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { missingFields } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import type { PolicySetResource } from '@/lib/contracts';
import { policyKeys } from './policies-query-keys';
import { describeDone, describeSetRefusal, foresee, type SetAct, whyNot } from './policies-words';

const WORDS = {
  activate: {
    ask: (version: string) => `Let ${version} decide?`,
    button: 'Activate',
    variant: 'act',
    undone: 'It was not activated',
  },
  retire: {
    ask: (version: string) => `Retire ${version}?`,
    button: 'Retire',
    variant: 'danger',
    undone: 'It was not retired',
  },
  shadow: {
    ask: (version: string) => `Judge ${version} in the shadow?`,
    button: 'Shadow',
    variant: 'act',
    undone: 'It is not judged in the shadow',
  },
  unshadow: {
    ask: (version: string) => `End the shadow of ${version}?`,
    button: 'End shadow',
    variant: 'act',
    undone: 'It was not ended',
  },
} as const;

const CALLS = {
  activate: api.activatePolicySet,
  retire: api.retirePolicySet,
  shadow: api.shadowPolicySet,
  unshadow: api.unshadowPolicySet,
} as const satisfies Record<SetAct, unknown>;

interface ActDialogProps {
  act: SetAct;
  set: PolicySetResource;
  /** The version that decides until now, if rules do. */
  active: string | null;
  open: boolean;
  onClose: () => void;
}

/** Says what will happen, and asks why, before a version takes a step in its life. */
export function ActDialog({ act, set, active, open, onClose }: ActDialogProps) {
  const impossible = whyNot(act, set.status);
  return (
    <Dialog
      title={WORDS[act].ask(set.version)}
      description={impossible === null ? foresee(act, set, active) : `${impossible}.`}
      size="sm"
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <ActForm act={act} set={set} possible={impossible === null} onDone={onClose} />
    </Dialog>
  );
}

interface ActFormProps {
  act: SetAct;
  set: PolicySetResource;
  possible: boolean;
  onDone: () => void;
}

function ActForm({ act, set, possible, onDone }: ActFormProps) {
  const noteId = `${act}.${set.version}`;
  const [reason, setReason] = useNote(noteId);
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const form = useFocusOnFault(missing);
  const acting = useAct(act, set, () => {
    keepNote(noteId, '');
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (acting.isPending) return;
    const faults = missingFields({ reason });
    setMissing(faults);
    if (Object.keys(faults).length === 0) acting.mutate(reason.trim());
  };
  const stale = isApiProblem(acting.error, 'auth/step-up-required');
  const { button, variant, undone } = WORDS[act];
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Reason" hint="Kept with the version and in the audit log" error={missing.reason} required>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={4000} />
      </Field>
      {stale ? (
        <Notice role="alert" tone="open" title="This needs a fresh sign-in">
          What decides for everybody is changed by somebody who signed in less than five minutes ago. You come back to
          this version, and your reason is kept.
        </Notice>
      ) : null}
      {acting.isError && !stale ? (
        <Notice role="alert" tone="no" title={undone}>
          {describeSetRefusal(acting.error)}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>{possible ? 'Not now' : 'Close'}</Button>
        </DialogClose>
        {stale ? <StepUpLink /> : null}
        {possible && !stale ? (
          <Button type="submit" variant={variant} busy={acting.isPending}>
            {button}
          </Button>
        ) : null}
      </DialogActions>
    </form>
  );
}

/** Does it; what is shown is read again whatever the answer, because a refusal may mean that somebody was faster. */
function useAct(act: SetAct, set: PolicySetResource, onDone: () => void) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const wasActive = set.status === 'active';
  return useMutation({
    mutationFn: (reason: string) => {
      const input = {
        params: { version: set.version },
        body: { reason },
        // Activated, retired and activated again for the same reason are three acts.
        idempotencyKey: submitKey([act, reason, set.activated_at, set.retired_at, set.shadow?.since]),
      };
      return CALLS[act](input);
    },
    onSuccess: (after) => {
      queries.setQueryData(policyKeys.one(set.version), after);
      toast.success(describeDone(act, after, wasActive));
      onDone();
    },
    onSettled: (_after, error) => {
      if (!isApiProblem(error, 'auth/step-up-required')) void queries.invalidateQueries({ queryKey: policyKeys.all });
    },
  });
}
