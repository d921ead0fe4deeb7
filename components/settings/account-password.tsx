'use client';

import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { type FormProblem, NO_PROBLEM, toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { toast } from '@/components/ui/toast';
import { isApiProblem, signIn } from '@/lib/client';
import { passwordFaults } from './account-password-faults';

interface PasswordProps {
  email: string;
  tenantId: string;
}

const FIELDS = ['current_password', 'new_password'] as const;

/**
 * Changes one's password. That ends every session, this one too, so the page signs in again with the new one at once: the person stays,
 * and whoever else had a session does not.
 */
export function ChangePassword({ email, tenantId }: PasswordProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FormProblem>(NO_PROBLEM);
  const form = useFocusOnFault(problem.fields);

  async function change(current: string, next: string): Promise<void> {
    setBusy(true);
    setProblem(NO_PROBLEM);
    try {
      await api.changePassword({ body: { current_password: current, new_password: next } });
    } catch (error) {
      setProblem(toFormProblem(error, FIELDS, { 'auth/wrong-password': 'current_password' }));
      return;
    } finally {
      setBusy(false);
    }
    form.current?.reset();
    try {
      await signIn({ email, password: next, tenantId });
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      // The password is changed; what is left is to sign in with it.
      location.assign('/login?callbackUrl=/settings/account');
      return;
    }
    toast.success('Password changed', { description: 'Every other session has ended.' });
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (busy) return;
    const typed = new FormData(event.currentTarget);
    const text = (name: string) => String(typed.get(name) ?? '');
    const [current, next, repeated] = [text('current_password'), text('new_password'), text('repeated')];
    const fields = passwordFaults(current, next, repeated);
    if (Object.keys(fields).length === 0) void change(current, next);
    else setProblem({ fields, rest: null });
  }

  return (
    <Section title="Password" description="Changing it ends your sessions everywhere else. API keys go on.">
      <form ref={form} onSubmit={submit} noValidate className="grid max-w-88 gap-4">
        {/* Tells a password manager whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <Field label="Current password" error={problem.fields.current_password} required>
          <Input type="password" name="current_password" autoComplete="current-password" maxLength={256} />
        </Field>
        <Field
          label="New password"
          hint="At least 12 characters. A few words are better than a few symbols."
          error={problem.fields.new_password}
          required
        >
          <Input type="password" name="new_password" autoComplete="new-password" maxLength={256} />
        </Field>
        <Field label="New password, again" error={problem.fields.repeated} required>
          <Input type="password" name="repeated" autoComplete="new-password" maxLength={256} />
        </Field>
        {problem.rest === null ? null : (
          <Notice role="alert" tone="no">
            {problem.rest}
          </Notice>
        )}
        <Button type="submit" variant="act" busy={busy} className="justify-self-start">
          Change password
        </Button>
      </form>
    </Section>
  );
}
