'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault, useFocusOnMount } from '@/components/ui/form-focus';
import { missingFields, NO_PROBLEM, toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { SecretBox } from '@/components/ui/secret-box';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { MemberResource } from '@/lib/contracts';
import { ROLE_BANDS, type Role } from '@/lib/domain/access';
import { makePassword } from './first-password';
import { type Authority, AuthorityField } from './members-authority-field';
import { ROLE_WORDS } from './members-words';
import { membersKey } from './settings-query-keys';
import { useSubmitKey } from './submit-key';

interface AddMemberProps {
  tenantId: string;
  roles: readonly Role[];
}

/** The button that adds somebody, and what it opens. */
export function AddMemberDialog(props: AddMemberProps) {
  const [open, setOpen] = useState(false);
  const [added, setAdded] = useState<Added | null>(null);
  const setOpenFresh = (next: boolean) => {
    setAdded(null);
    setOpen(next);
  };
  return (
    <Dialog
      title={added ? 'Hand over the first password' : 'Add a member'}
      {...(added ? {} : { description: 'They belong to this tenant from now on. Nothing is sent to them.' })}
      trigger={
        <Button variant="act" icon={<PlusIcon className="size-4" aria-hidden="true" />}>
          Add member
        </Button>
      }
      open={open}
      onOpenChange={setOpenFresh}
    >
      {added ? (
        <Handover added={added} />
      ) : (
        <AddMemberForm
          {...props}
          onAdded={(result) => {
            if (result.password === null) setOpenFresh(false);
            else setAdded(result);
          }}
        />
      )}
    </Dialog>
  );
}

interface Added {
  member: MemberResource;
  password: string | null;
}

const FIELDS = ['email', 'name', 'role', 'level', 'password'];

function AddMemberForm({ tenantId, roles, onAdded }: AddMemberProps & { onAdded: (added: Added) => void }) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [authority, setAuthority] = useState<Authority>({ role: 'operator', level: ROLE_BANDS.operator.default });
  const adding = useMutation({
    mutationFn: () => {
      const body = { tenant_id: tenantId, email: email.trim(), name, ...authority, password: password || null };
      return api.createMember({ body, idempotencyKey: submitKey(body) });
    },
    onSuccess: async (member) => {
      await queries.invalidateQueries({ queryKey: membersKey });
      toast.success(
        <>
          <VisibleText text={member.name} /> is a member
        </>,
        { description: `${ROLE_WORDS[member.role].label}, level ${member.level}` },
      );
      onAdded({ member, password: password || null });
    },
  });
  const problem = adding.isError ? toFormProblem(adding.error, FIELDS, { 'member/exists': 'email' }) : NO_PROBLEM;
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const errors: Readonly<Record<string, string>> = { ...problem.fields, ...missing };
  const form = useFocusOnFault(errors);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (adding.isPending) return;
    const faults = missingFields({ email, name });
    setMissing(faults);
    if (Object.keys(faults).length === 0) adding.mutate();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Email" error={errors.email} required>
          <Input type="email" value={email} onChange={(event) => setEmail(event.target.value)} autoComplete="off" />
        </Field>
        <Field label="Name" error={errors.name} required>
          <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={200} autoComplete="off" />
        </Field>
      </div>
      <AuthorityField value={authority} onValueChange={setAuthority} roles={roles} errors={errors} />
      <PasswordField value={password} onValueChange={setPassword} error={errors.password} />
      {problem.rest ? (
        <Notice role="alert" tone="no" title="Nobody was added">
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={adding.isPending}>
          Add member
        </Button>
      </DialogActions>
    </form>
  );
}

interface PasswordFieldProps {
  value: string;
  onValueChange: (value: string) => void;
  error: string | undefined;
}

function PasswordField({ value, onValueChange, error }: PasswordFieldProps) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2">
      <Field
        label="First password"
        hint="Needed if this e-mail has no account yet; it does nothing if it has one. They can change it."
        error={error}
      >
        <Input
          mono
          value={value}
          onChange={(event) => onValueChange(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
        />
      </Field>
      <Button className="mt-6" onClick={() => onValueChange(makePassword())}>
        Make one up
      </Button>
    </div>
  );
}

function Handover({ added: { member, password } }: { added: Added }) {
  const place = useFocusOnMount<HTMLDivElement>();
  return (
    <div ref={place} tabIndex={-1} className="grid gap-4 outline-none">
      <p className="text-ink-2">
        <VisibleText text={member.name} /> signs in with {member.email} and this password. If that e-mail had an account
        already, its own password holds and this one does nothing.
      </p>
      <SecretBox label="First password" secret={password ?? ''} />
      <DialogActions>
        <DialogClose>
          <Button variant="act">Done</Button>
        </DialogClose>
      </DialogActions>
    </div>
  );
}
