'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { StepUpLink } from '@/components/auth/step-up-link';
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
import { isApiProblem } from '@/lib/client';
import type { CreatedKeyResource } from '@/lib/contracts';
import {
  type ActsAs,
  findKeyDraft,
  forgetKeyDraft,
  type KeyDraft,
  keepKeyDraft,
  NEW_KEY,
  toKeyBody,
} from './keys-draft';
import { LIFETIMES, toExpiry } from './keys-lifetime';
import { ScopePicker } from './keys-scope-picker';
import type { KeysViewer } from './keys-viewer';
import { RadioList, type RadioOption } from './radio-list';
import { keysKey } from './settings-query-keys';
import { useSubmitKey } from './submit-key';

interface CreateKeyFormProps {
  viewer: KeysViewer;
  onMade: (made: CreatedKeyResource) => void;
}

/** The session may not make such a key before its person has signed in again. */
const STALE = 'auth/step-up-required';

const FIELDS = ['name', 'scopes', 'member_id', 'expires_at'];

/** What a new key is called, as whom it acts, what it may do and until when. */
export function CreateKeyForm({ viewer, onMade }: CreateKeyFormProps) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [draft, setDraft] = useState(() => findKeyDraft(viewer) ?? NEW_KEY);
  const { name, actsAs, other, lifetime, day } = draft;
  const scopes = new Set(draft.scopes);
  // Counted from when the form was opened: pressing the button again after a lost answer sends the same.
  const [openedAtMs] = useState(() => Date.now());
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const creating = useMutation({
    mutationFn: (expiresAt: string | null) => {
      const body = toKeyBody(draft, viewer, expiresAt);
      return api.createKey({ body, idempotencyKey: submitKey(body) });
    },
    onSuccess: async (made) => {
      forgetKeyDraft(viewer);
      await queries.invalidateQueries({ queryKey: keysKey });
      onMade(made);
    },
    onError: (error) => {
      if (isApiProblem(error, STALE)) keepKeyDraft(viewer, draft);
    },
  });
  const isStale = isApiProblem(creating.error, STALE);
  const change = (part: Partial<KeyDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    // What is asked for now may need nothing of the kind, and what was kept is not what stands here any more.
    if (isStale) creating.reset();
  };
  const problem =
    creating.isError && !isStale ? toFormProblem(creating.error, FIELDS, { 'member/not-found': 'member_id' }) : null;
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
        <Input
          value={name}
          onChange={(event) => change({ name: event.target.value })}
          maxLength={200}
          autoComplete="off"
        />
      </Field>
      <div className="grid gap-3">
        <RadioList
          legend="Acts as"
          value={actsAs}
          onValueChange={(actsAs) => change({ actsAs })}
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
              onValueChange={(other) => change({ other })}
            />
          </Field>
        ) : null}
      </div>
      <ScopePicker
        value={scopes}
        onValueChange={(scopes) => change({ scopes: [...scopes] })}
        grantable={viewer.scopes}
        actsAsPerson={actsAs !== 'service'}
        error={errors.scopes}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Lifetime" {...(lifetime === 'date' ? {} : { error: errors.expires_at })}>
          <Select options={LIFETIMES} value={lifetime} onValueChange={(lifetime) => change({ lifetime })} />
        </Field>
        {lifetime === 'date' ? (
          <Field label="Last day" error={errors.expires_at}>
            <Input type="date" value={day} onChange={(event) => change({ day: event.target.value })} />
          </Field>
        ) : null}
      </div>
      {problem?.rest ? (
        <Notice role="alert" tone="no" title="No key was made">
          {problem.rest}
        </Notice>
      ) : null}
      {isStale ? (
        <Notice role="alert" tone="open" title="This needs a fresh sign-in">
          A key that may change policy can change what decides for everybody. It is made by somebody who signed in less
          than five minutes ago. You come back to this form, and what you filled in is kept.
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        {isStale ? (
          <StepUpLink />
        ) : (
          <Button type="submit" variant="act" busy={creating.isPending}>
            Create key
          </Button>
        )}
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
