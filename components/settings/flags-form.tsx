'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import type { FlagResource } from '@/lib/contracts';
import { FlagKey } from '@/lib/contracts';
import { type ReadFlags, writeFlag } from './flags-queries';
import { RolloutField } from './flags-rollout';
import type { FlagAct } from './flags-table';
import { describeOvertaken, type FlagDraft, foreseeFlag, isSameFlag, waitingInstead } from './flags-words';
import { flagsKey } from './settings-query-keys';
import { Overtaken } from './write-edited';

/** What is being done, and to which flag; null for one that is to be made. */
export type FlagSubject = { act: FlagAct; flag: FlagResource } | { act: 'add'; flag: null };

interface FlagFormDialogProps {
  subject: FlagSubject | null;
  read: ReadFlags;
  onClose: () => void;
}

/** Says what will happen, asks what there is to ask, and does it. */
export function FlagFormDialog({ subject, read, onClose }: FlagFormDialogProps) {
  return (
    <Dialog
      title={subject === null ? 'A flag' : titleOf(subject)}
      size={subject?.act === 'switch' || subject?.act === 'remove' ? 'sm' : 'md'}
      open={subject !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {subject === null ? null : <FlagForm subject={subject} read={read} onDone={onClose} />}
    </Dialog>
  );
}

function titleOf(subject: FlagSubject): string {
  if (subject.act === 'add') return 'Add a flag';
  const { act, flag } = subject;
  if (act === 'change') return `Change ${flag.key}`;
  return `${act === 'remove' ? 'Remove' : flag.enabled ? 'Switch off' : 'Switch on'} ${flag.key} in ${flag.environment}?`;
}

const NEW = {
  key: '',
  enabled: false,
  rollout_percentage: 100,
  requires_signoff: true,
  owner: null,
  description: null,
} as const;

const FIELDS = ['key', 'environment', 'owner', 'description', 'rollout_percentage', 'reason'];

function FlagForm({ subject, read, onDone }: { subject: FlagSubject; read: ReadFlags; onDone: () => void }) {
  const { act } = subject;
  // What was read when this was opened: whatever is read meanwhile, nobody has seen it here.
  const [base, setBase] = useState(read);
  const [draft, setDraft] = useState<FlagDraft>(() => startOf(subject, read));
  const flag = base.resource.flags.find((other) => isSameFlag(other, subject.flag ?? draft)) ?? null;
  const [reason, setReason] = useState('');
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const after = act === 'remove' ? null : draft;
  const foreseen = foreseeFlag(flag, after);
  const waiting = waitingInstead(flag, after);
  const saving = useSave(act, subject.flag ?? draft, base, setBase, foreseen.asks, onDone);
  const problem = saving.isError ? toFlagProblem(saving.error, subject.flag ?? draft) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const change = (part: Partial<FlagDraft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.isPending || waiting !== null) return;
    const found = findFaults(subject, draft, base);
    setFaults(found);
    if (Object.keys(found).length === 0) saving.mutate({ after, reason });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      {act === 'add' ? <NameFields draft={draft} onChange={change} errors={errors} /> : null}
      {act === 'add' || act === 'change' ? <WordFields draft={draft} onChange={change} errors={errors} /> : null}
      <Notice tone={foreseen.asks ? 'open' : 'neutral'} role="status">
        {waiting === null
          ? foreseen.text
          : 'A change of this flag waits for approval already. Nothing else can be asked for until it is decided.'}
      </Notice>
      {waiting === null ? (
        <Field
          label="Reason"
          hint={
            foreseen.asks ? 'Told to whoever is asked to approve, and kept in the audit log' : 'Kept in the audit log'
          }
          error={errors.reason}
        >
          <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={4000} />
        </Field>
      ) : null}
      {problem?.rest ? (
        <Notice role="alert" tone="no" title="Nothing was changed">
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        {waiting === null ? (
          <Button type="submit" variant={act === 'remove' ? 'danger' : 'act'} busy={saving.isPending}>
            {foreseen.asks ? 'Ask for approval' : BUTTONS[act]}
          </Button>
        ) : (
          <ButtonLink variant="act" href={`/requests/${waiting}`} prefetch={false}>
            See the request
          </ButtonLink>
        )}
      </DialogActions>
    </form>
  );
}

const BUTTONS = { add: 'Add flag', change: 'Save', switch: 'Switch', remove: 'Remove' } as const;

/** What the form begins with: what holds now, or what waits already. */
function startOf({ act, flag }: FlagSubject, read: ReadFlags): FlagDraft {
  if (flag === null) return { ...NEW, environment: read.resource.environment };
  const { key, environment, enabled, rollout_percentage, requires_signoff, owner, description } = flag;
  return {
    key,
    environment,
    enabled: act === 'switch' ? !enabled : enabled,
    rollout_percentage,
    requires_signoff,
    owner,
    description,
  };
}

interface PartProps {
  draft: FlagDraft;
  onChange: (part: Partial<FlagDraft>) => void;
  errors: Readonly<Record<string, string>>;
}

function NameFields({ draft, onChange, errors }: PartProps) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <Field label="Key" hint="As rules write it: flags.new_checkout" error={errors.key} required>
        <Input
          mono
          value={draft.key}
          onChange={(event) => onChange({ key: event.target.value })}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
      <Field label="Environment" hint="Rules see those of their deployment" error={errors.environment} required>
        <Input
          mono
          value={draft.environment}
          onChange={(event) => onChange({ environment: event.target.value })}
          maxLength={63}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
      </Field>
    </div>
  );
}

function WordFields({ draft, onChange, errors }: PartProps) {
  const orNull = (text: string) => (text.trim() === '' ? null : text);
  return (
    <>
      <Field label="Description" hint="What changes when it is on" error={errors.description}>
        <Input
          value={draft.description ?? ''}
          onChange={(event) => onChange({ description: orNull(event.target.value) })}
          maxLength={300}
          autoComplete="off"
        />
      </Field>
      <Field label="Owner" hint="A team or a person: whom to ask about it" error={errors.owner}>
        <Input
          value={draft.owner ?? ''}
          onChange={(event) => onChange({ owner: orNull(event.target.value) })}
          maxLength={200}
          autoComplete="off"
        />
      </Field>
      <Checkbox
        label="On"
        hint="Off, it is off for everybody"
        checked={draft.enabled}
        onCheckedChange={(checked) => onChange({ enabled: checked === true })}
      />
      <RolloutField
        value={draft.rollout_percentage}
        onValueChange={(rollout_percentage) => onChange({ rollout_percentage })}
        error={errors.rollout_percentage}
      />
      <Checkbox
        label="Needs sign-off"
        hint="Nobody switches it on, rolls it out further or removes it without somebody else’s approval at level 4"
        checked={draft.requires_signoff}
        onCheckedChange={(checked) => onChange({ requires_signoff: checked === true })}
      />
    </>
  );
}

function findFaults({ act }: FlagSubject, draft: FlagDraft, read: ReadFlags): Record<string, string> {
  if (act === 'remove' || act === 'switch') return {};
  const key = FlagKey.safeParse(draft.key);
  const taken = act === 'add' && read.resource.flags.some((flag) => isSameFlag(flag, draft));
  return {
    ...(key.success ? {} : { key: 'Lower-case letters, digits and _, a letter first.' }),
    ...(taken ? { key: 'There is such a flag in this environment already.' } : {}),
    ...(/^[a-z0-9][a-z0-9_-]*$/.test(draft.environment) ? {} : { environment: 'Lower-case letters, digits, - and _.' }),
    ...(Number.isInteger(draft.rollout_percentage) && draft.rollout_percentage >= 0 && draft.rollout_percentage <= 100
      ? {}
      : { rollout_percentage: 'A whole number from 0 to 100.' }),
  };
}

function toFlagProblem(error: Error, flag: Pick<FlagDraft, 'key' | 'environment'>) {
  if (error instanceof Overtaken) {
    const { seen, now } = error as Overtaken<ReadFlags>;
    const [before, after] = [seen, now].map(({ resource }) => resource.flags.find((other) => isSameFlag(other, flag)));
    return { fields: {}, rest: `${describeOvertaken(before, after)} To write over that, do it again.` };
  }
  if (isApiProblem(error, 'config/changed')) {
    return { fields: {}, rest: 'Somebody keeps changing the configuration. Try again.' };
  }
  return toFormProblem(error, FIELDS);
}

/** Writes this flag over what it was when the form was opened. What somebody else did to it meanwhile is shown before it is written over. */
function useSave(
  act: FlagAct | 'add',
  flag: Pick<FlagDraft, 'key' | 'environment'>,
  base: ReadFlags,
  setBase: (now: ReadFlags) => void,
  asks: boolean,
  onDone: () => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (wish: { after: FlagDraft | null; reason: string }) => writeFlag(queries, base, flag, wish),
    onSuccess: (written) => {
      queries.setQueryData(flagsKey, written);
      toast.success(asks ? `Asked for approval: ${flag.key}` : `${flag.key}: ${DONE[act]}`);
      onDone();
    },
    onError: (error) => {
      if (error instanceof Overtaken) setBase((error as Overtaken<ReadFlags>).now);
      return queries.invalidateQueries({ queryKey: flagsKey });
    },
  });
}

const DONE = { add: 'added', change: 'saved', switch: 'switched', remove: 'removed' } as const;
