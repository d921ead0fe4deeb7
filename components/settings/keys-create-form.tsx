'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { missingFields, toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { LevelGlyph } from '@/components/ui/level';
import { Notice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { VisibleText } from '@/components/ui/visible-text';
import type { CreatedKeyResource } from '@/lib/contracts';
import type { Scope } from '@/lib/domain/access';
import { LIFETIMES, type Lifetime, toExpiry } from './keys-lifetime';
import { ScopePicker } from './keys-scope-picker';
import type { KeysViewer } from './keys-viewer';
import { RadioList, type RadioOption } from './radio-list';
import { keysKey } from './settings-query-keys';
import { useSubmitKey } from './submit-key';

type ActsAs = 'service' | 'me' | 'other';

interface CreateKeyFormProps {
  viewer: KeysViewer;
  onMade: (made: CreatedKeyResource) => void;
}

const FIELDS = ['name', 'scopes', 'member_id', 'expires_at'];

/** What a new key is called, as whom it acts, what it may do and until when. */
export function CreateKeyForm({ viewer, onMade }: CreateKeyFormProps) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [name, setName] = useState('');
  const [actsAs, setActsAs] = useState<ActsAs>('service');
  const [other, setOther] = useState<string | null>(null);
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set<Scope>(['requests:create', 'requests:read']));
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const [day, setDay] = useState('');
  // Counted from when the form was opened: pressing the button again after a lost answer sends the same.
  const [openedAtMs] = useState(() => Date.now());
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const creating = useMutation({
    mutationFn: (expiresAt: string | null) => {
      const given = [...scopes].filter((scope) => scope !== 'requests:decide' || actsAs !== 'service');
      const memberId = actsAs === 'service' ? null : actsAs === 'me' ? viewer.memberId : other;
      const body = { tenant_id: viewer.tenantId, name, scopes: given, member_id: memberId, expires_at: expiresAt };
      return api.createKey({ body, idempotencyKey: submitKey(body) });
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: keysKey });
      onMade(made);
    },
  });
  const problem = creating.isError ? toFormProblem(creating.error, FIELDS, { 'member/not-found': 'member_id' }) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...missing };
  const form = useFocusOnFault(errors);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (creating.isPending) return;
    const expiresAt = toExpiry(lifetime, day, openedAtMs);
    const faults = {
      ...missingFields({ name }),
      ...(scopes.size === 0 ? { scopes: 'Choose at least one.' } : {}),
      ...(actsAs === 'other' && other === null ? { member_id: 'Choose whom it acts as.' } : {}),
      ...(expiresAt === undefined ? { expires_at: 'Choose a day.' } : {}),
    };
    setMissing(faults);
    if (Object.keys(faults).length === 0) creating.mutate(expiresAt ?? null);
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      <Field label="Name" hint="What calls with it, so that others know whom to ask" error={errors.name} required>
        <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={200} autoComplete="off" />
      </Field>
      <div className="grid gap-3">
        <RadioList
          legend="Acts as"
          value={actsAs}
          onValueChange={setActsAs}
          options={actsAsOptions(viewer)}
          error={actsAs === 'other' ? null : errors.member_id}
        />
        {actsAs === 'other' ? (
          <Field label="Whom it acts as" error={errors.member_id}>
            <Select
              options={viewer.members
                .filter(({ memberId }) => memberId !== viewer.memberId)
                .map((member) => ({
                  value: member.memberId,
                  label: (
                    <span className="inline-flex items-center gap-2">
                      <VisibleText text={member.name} /> <LevelGlyph level={member.level} />
                    </span>
                  ),
                }))}
              {...(other === null ? {} : { value: other })}
              onValueChange={setOther}
            />
          </Field>
        ) : null}
      </div>
      <ScopePicker
        value={scopes}
        onValueChange={setScopes}
        grantable={viewer.scopes}
        actsAsPerson={actsAs !== 'service'}
        error={errors.scopes}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Lifetime" {...(lifetime === 'date' ? {} : { error: errors.expires_at })}>
          <Select options={LIFETIMES} value={lifetime} onValueChange={setLifetime} />
        </Field>
        {lifetime === 'date' ? (
          <Field label="Last day" error={errors.expires_at}>
            <Input type="date" value={day} onChange={(event) => setDay(event.target.value)} />
          </Field>
        ) : null}
      </div>
      {problem?.rest ? (
        <Notice role="alert" tone="no" title="No key was made">
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={creating.isPending}>
          Create key
        </Button>
      </DialogActions>
    </form>
  );
}

function actsAsOptions(viewer: KeysViewer): RadioOption<ActsAs>[] {
  const options: RadioOption<ActsAs>[] = [
    {
      value: 'service',
      label: 'A service',
      hint: 'Asks, reads and administers. It never decides, and you count as who asks through it.',
    },
    {
      value: 'me',
      label: <VisibleText text={`Me, ${viewer.name}`} />,
      hint: 'Acts in your name, at most with your role and level, and may decide. Never on what it has asked itself.',
    },
  ];
  if (!viewer.bindsOthers) return options;
  return [
    ...options,
    {
      value: 'other',
      label: 'Somebody else',
      hint: 'Acts in their name. As an owner you may make such a key; it is recorded.',
    },
  ];
}
