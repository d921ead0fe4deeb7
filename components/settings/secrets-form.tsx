'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { cx } from '@/components/ui/class-names';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import type { PutSecretBody, SecretResource } from '@/lib/contracts';
import { furtherHosts, readHosts, readSecretDraft, toSecretDraft } from './secrets-draft';
import { secretsKey } from './settings-query-keys';

/** What is being done, and to which secret; null for one that is to be made. */
export type SecretSubject = { act: 'value' | 'hosts'; secret: SecretResource } | { act: 'add'; secret: null };

interface SecretFormDialogProps {
  subject: SecretSubject | null;
  /** The names that there are. */
  taken: readonly string[];
  onClose: () => void;
}

const WORDS = {
  add: {
    title: () => 'Add a secret',
    says: 'Tasks refer to it by its name. It is sent only to the hosts that it names.',
    button: 'Add secret',
    done: 'is stored',
    undone: 'It was not stored',
  },
  value: {
    title: (name: string) => `Replace the value of ${name}`,
    says: 'The next task that sends it sends the new one. The old one is gone at once, and nobody can read it back.',
    button: 'Replace value',
    done: 'has a new value',
    undone: 'The value was not replaced',
  },
  hosts: {
    title: (name: string) => `Where ${name} may go`,
    says: 'It counts for the next task that sends it.',
    button: 'Save hosts',
    done: 'may go where you said',
    undone: 'The hosts were not changed',
  },
} as const;

/** Asks for a value, or where it may go, and stores it. */
export function SecretFormDialog({ subject, taken, onClose }: SecretFormDialogProps) {
  const { title, says } = WORDS[subject?.act ?? 'add'];
  return (
    <Dialog
      title={title(subject?.secret?.name ?? '')}
      description={says}
      open={subject !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {subject === null ? null : <SecretForm subject={subject} taken={taken} onDone={onClose} />}
    </Dialog>
  );
}

const FIELDS = ['name', 'value', 'allowed_hosts'];

interface SecretFormProps {
  subject: SecretSubject;
  taken: readonly string[];
  onDone: () => void;
}

function SecretForm({ subject: { act, secret }, taken, onDone }: SecretFormProps) {
  const [draft, setDraft] = useState(() => toSecretDraft(secret));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const storing = useStore(act, onDone);
  const problem = storing.isError ? toFormProblem(storing.error, FIELDS) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const further = act === 'hosts' ? furtherHosts(secret, readHosts(draft.hosts)) : [];
  // Somebody may have taken hosts away meanwhile: then the answer asks for the value.
  const needsValue = act !== 'hosts' || further.length > 0 || problem?.fields.value !== undefined;
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (storing.isPending) return;
    const { name, body, faults: found } = readSecretDraft(draft, secret, { taken, needsValue });
    setFaults(found);
    if (Object.keys(found).length === 0) storing.mutate({ name, body });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate autoComplete="off" className="grid gap-5">
      {act === 'add' ? (
        <Field label="Name" hint="As tasks write it: { $secret: CRM_TOKEN }" error={errors.name} required>
          <Input
            mono
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            maxLength={64}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      ) : null}
      {act === 'value' ? null : (
        <Field
          label="Hosts that it may be sent to"
          hint="One on a line: api.example.com, *.example.com for all below it, api.example.com:8443"
          error={errors.allowed_hosts}
          required
        >
          <Textarea
            mono
            rows={2}
            value={draft.hosts}
            onChange={(event) => change({ hosts: event.target.value })}
            maxLength={6000}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      )}
      {further.length === 0 ? null : (
        <Notice tone="open" role="status" title="This needs the value again">
          It could not go to <Hosts hosts={further} /> before. Only who has the value may let it go further; fewer hosts
          need none.
        </Notice>
      )}
      {needsValue ? (
        <ValueField value={draft.value} onChange={(value) => change({ value })} error={errors.value} />
      ) : null}
      {problem?.rest ? (
        <Notice role="alert" tone="no" title={WORDS[act].undone}>
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={storing.isPending}>
          {WORDS[act].button}
        </Button>
      </DialogActions>
    </form>
  );
}

function Hosts({ hosts }: { hosts: readonly string[] }) {
  return <code className="font-mono text-12">{hosts.join(', ')}</code>;
}

interface ValueFieldProps {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}

/** Several lines, for keys that have them; hidden until somebody wants to see what they type. */
function ValueField({ value, onChange, error }: ValueFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <div className="grid gap-2">
      <Field
        label="Value"
        hint="8 characters or more. It is taken out of whatever comes back, and shown here never again."
        error={error}
        required
      >
        <Textarea
          mono
          rows={1}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          maxLength={8192}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          data-1p-ignore
          className={cx('break-all', !shown && '[-webkit-text-security:disc]')}
        />
      </Field>
      <Checkbox label="Show what I type" checked={shown} onCheckedChange={setShown} />
    </div>
  );
}

function useStore(act: SecretSubject['act'], onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body: PutSecretBody }) => api.putSecret({ params: { name }, body }),
    onSuccess: ({ name }) => {
      toast.success(`${name} ${WORDS[act].done}`);
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: secretsKey }),
    // What was typed is not kept any longer than it is needed.
    gcTime: 0,
  });
}
