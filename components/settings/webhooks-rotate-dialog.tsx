'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { DialogActions, DialogClose } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { Countdown } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/ui/visible-text';
import type { EndpointResource, EndpointWithSecret } from '@/lib/contracts';
import { RadioList } from './radio-list';
import { useSubmitKey } from './submit-key';
import { endpointsKey } from './webhooks-query-keys';
import { SecretDialog } from './webhooks-secret-dialog';
import { placeOf } from './webhooks-words';

interface RotateSecretProps {
  /** Which endpoint it is about; closed while null. */
  endpoint: EndpointResource | null;
  onClose: () => void;
}

/** Asks how long the old secret may go on signing, makes a new one and shows it once. */
export function RotateSecretDialog({ endpoint, onClose }: RotateSecretProps) {
  return (
    <SecretDialog
      title={endpoint ? <VisibleText text={`Rotate the secret of ${placeOf(endpoint.url)}?`} /> : 'Rotate secret'}
      description="A new secret is made and shown once. This cannot be undone."
      open={endpoint !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="md"
      lost={{
        title: 'The secret was rotated, but the new one got lost on its way here',
        advice: 'Rotate once more to get another.',
      }}
    >
      {(onMade) => (endpoint ? <RotateForm key={endpoint.endpoint_id} endpoint={endpoint} onMade={onMade} /> : null)}
    </SecretDialog>
  );
}

const OVERLAPS = [
  { value: '3600', label: 'One hour', hint: 'Where the receiver can be told at once.' },
  {
    value: '86400',
    label: '24 hours',
    hint: 'Both sign until then: a receiver that knows either believes everything.',
  },
  { value: '604800', label: '7 days', hint: 'Where somebody else has to store it first.' },
  { value: '0', label: 'Not at all', hint: 'Where the old secret is in the wrong hands.' },
] as const;

type Overlap = (typeof OVERLAPS)[number]['value'];

function RotateForm({ endpoint, onMade }: { endpoint: EndpointResource; onMade: (made: EndpointWithSecret) => void }) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [overlap, setOverlap] = useState<Overlap>('86400');
  const rotating = useMutation({
    mutationFn: () => {
      const body = { overlap_seconds: Number(overlap) };
      return api.rotateEndpointSecret({ params: { id: endpoint.endpoint_id }, body, idempotencyKey: submitKey(body) });
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: endpointsKey });
      onMade(made);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!rotating.isPending) rotating.mutate();
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <RadioList
        legend="How long the old secret goes on signing"
        options={OVERLAPS}
        value={overlap}
        onValueChange={setOverlap}
      />
      {overlap === '0' ? (
        <Notice role="status" tone="open" title="A receiver that knows only the old one refuses everything">
          From the next attempt on, until the new secret is stored there.
        </Notice>
      ) : null}
      {endpoint.previous_secret_expires_at === null ? null : (
        <Notice tone="open" title="The last rotation is still under way">
          The secret before the current one would sign for another{' '}
          <Countdown at={endpoint.previous_secret_expires_at} heated={false} />. It ends now.
        </Notice>
      )}
      {rotating.isError ? (
        <Notice role="alert" tone="no" title="The secret was not rotated">
          {rotating.error.message}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Keep as it is</Button>
        </DialogClose>
        <Button type="submit" variant="danger" busy={rotating.isPending}>
          Rotate secret
        </Button>
      </DialogActions>
    </form>
  );
}
