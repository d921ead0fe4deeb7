'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import type { EndpointResource } from '@/lib/contracts';
import { RadioList } from './radio-list';
import { type EndpointDraft, type EndpointInput, readDraft, toDraft } from './webhooks-draft';
import { describeReach, describeRetries, RETRY_PRESETS, type RetryChoice } from './webhooks-retries';
import { TypesField } from './webhooks-types-field';

interface EndpointFormProps {
  /** What it starts with; null for a new one. */
  endpoint: EndpointResource | null;
  submitLabel: string;
  /** What is said above a problem that belongs to no field. */
  failedTitle: string;
  /** Sends it; what it throws is shown. */
  send: (input: EndpointInput) => Promise<void>;
}

const FIELDS = ['url', 'description', 'event_types', 'retry_schedule_seconds'];

/** Where deliveries go, of what, and how often they are tried. */
export function EndpointForm({ endpoint, submitLabel, failedTitle, send }: EndpointFormProps) {
  const [draft, setDraft] = useState(() => toDraft(endpoint));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const sending = useMutation({ mutationFn: send });
  const problem = sending.isError ? toFormProblem(sending.error, FIELDS) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const change = (part: Partial<EndpointDraft>) => setDraft((before) => ({ ...before, ...part }));

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (sending.isPending) return;
    const read = readDraft(draft);
    setFaults('faults' in read ? read.faults : {});
    if ('input' in read) sending.mutate(read.input);
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      <Field
        label="URL"
        hint="Public and https. Plain http and private networks only where whoever runs this allows them."
        error={errors.url}
        required
      >
        <Input
          mono
          type="url"
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
          placeholder="https://example.com/hooks"
          maxLength={2048}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field label="Description" hint="What listens there, so that others know whom to ask" error={errors.description}>
        <Input
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
          maxLength={300}
          autoComplete="off"
        />
      </Field>
      <TypesField value={draft.types} onValueChange={(types) => change({ types })} error={errors.event_types} />
      <RetriesField draft={draft} onChange={change} error={errors.retry_schedule_seconds} />
      {problem?.rest ? (
        <Notice role="alert" tone="no" title={failedTitle}>
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={sending.isPending}>
          {submitLabel}
        </Button>
      </DialogActions>
    </form>
  );
}

const CHOICES: readonly { value: RetryChoice; label: string; hint: string }[] = [
  {
    value: 'short',
    label: `${describeRetries(RETRY_PRESETS.short)} (default)`,
    hint: `Who is away for longer than ${describeReach(RETRY_PRESETS.short)} misses it; a person can send it again from the deliveries.`,
  },
  {
    value: 'long',
    label: `Over ${describeReach(RETRY_PRESETS.long)}`,
    hint: `${describeRetries(RETRY_PRESETS.long)}, as Standard Webhooks suggests.`,
  },
  { value: 'own', label: 'On a schedule of my own', hint: 'Up to 12 waits of at most 24 hours.' },
];

interface RetriesFieldProps {
  draft: EndpointDraft;
  onChange: (part: Partial<EndpointDraft>) => void;
  error: string | undefined;
}

function RetriesField({ draft: { retries, own }, onChange, error }: RetriesFieldProps) {
  return (
    <div className="grid gap-3">
      <RadioList
        legend="When an attempt fails, try again"
        value={retries}
        onValueChange={(next) => onChange({ retries: next })}
        options={CHOICES}
        error={retries === 'own' ? null : error}
      />
      {retries === 'own' ? (
        <Field label="Waits" hint="Each from the attempt before it: 30 s, 5 min, 2 h" error={error} required>
          <Input
            value={own}
            onChange={(event) => onChange({ own: event.target.value })}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
      ) : null}
    </div>
  );
}
