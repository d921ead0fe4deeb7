'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { Input } from '@/components/ui/input';
import { signIn, type TenantChoice } from '@/lib/client';
import { loginFaults } from './login-faults';
import { type Refusal, readFailure } from './refusal';
import { RefusalLine } from './refusal-line';
import { SigningLine } from './signing-line';
import { toSigningName } from './signing-name';
import { TenantList } from './tenant-list';

export interface LoginFormProps {
  /** A path of this console, checked by the server. */
  callbackUrl: string;
  /** Who signs in again, and where; null for anybody. */
  again: { email: string; name: string; tenantId: string } | null;
  /** What the last attempt without scripts came to. */
  refusal: Refusal | null;
  /** Whether to ask for the tenant, for browsers without scripts. */
  asksTenant: boolean;
}

interface Typed {
  email: string;
  password: string;
  tenantId?: string | undefined;
}

/**
 * E-mail, password, and the line one signs. Without scripts the form is an ordinary one, sent to the same address, and the browser says what
 * is missing; with them that and the answer are shown in place, and somebody with several tenants chooses one.
 */
export function LoginForm({ callbackUrl, again, refusal: before, asksTenant }: LoginFormProps) {
  const [email, setEmail] = useState(again?.email ?? '');
  const [refusal, setRefusal] = useState(before);
  const [progress, setProgress] = useState<'idle' | 'busy' | 'signed'>('idle');
  const [choice, setChoice] = useState<{ typed: Typed; tenants: TenantChoice[] } | null>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const password = useRef<HTMLInputElement>(null);
  const form = useFocusOnFault(faults);
  useEffect(() => {
    // Not in the markup: where no script runs, nothing else would say that a field is empty.
    if (form.current) form.current.noValidate = true;
  });

  async function send(typed: Typed): Promise<void> {
    setProgress('busy');
    setRefusal(null);
    try {
      await signIn(typed);
    } catch (error) {
      const failure = readFailure(error);
      setProgress('idle');
      if ('tenants' in failure) return setChoice({ typed, tenants: failure.tenants });
      setChoice(null);
      setRefusal(failure.refusal);
      if (failure.refusal.isPassword) password.current?.select();
      return;
    }
    setProgress('signed');
    // A full load: nothing that was read as somebody else stays in memory.
    location.assign(callbackUrl);
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (progress !== 'idle') return;
    const { currentTarget: typed } = event;
    const data = new FormData(typed);
    const text = (name: string) => String(data.get(name) ?? '');
    const tenant = asksTenant ? text('tenant_id') : undefined;
    const isAddress = typed.querySelector<HTMLInputElement>('[name="email"]')?.validity.typeMismatch !== true;
    const found = loginFaults({ email: text('email'), password: text('password'), tenant_id: tenant }, isAddress);
    setFaults(found);
    setRefusal(null);
    if (Object.keys(found).length > 0) return;
    const tenantId = again?.tenantId ?? (tenant || undefined);
    void send({ email: text('email'), password: text('password'), tenantId });
  }

  if (choice !== null) {
    return (
      <TenantList
        tenants={choice.tenants}
        busy={progress !== 'idle'}
        onChoose={(tenantId) => void send({ ...choice.typed, tenantId })}
        onBack={() => setChoice(null)}
      />
    );
  }
  const isRefused = refusal !== null && progress === 'idle';
  return (
    <form ref={form} method="post" action="/api/auth/callback/credentials" onSubmit={submit} className="grid gap-4">
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      {again === null ? null : <input type="hidden" name="tenant_id" value={again.tenantId} />}
      <Field label="Email" error={faults.email} required>
        <Input
          type="email"
          name="email"
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
            setRefusal(null);
          }}
          readOnly={again !== null}
          className={again === null ? undefined : 'text-ink-3'}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={254}
          autoFocus={again === null}
        />
      </Field>
      <Field label="Password" error={faults.password} required>
        <Input
          ref={password}
          type="password"
          name="password"
          onChange={() => setRefusal(null)}
          autoComplete="current-password"
          maxLength={256}
          autoFocus={again !== null}
        />
      </Field>
      {asksTenant ? (
        <Field label="Tenant" hint="Its short name, such as acme." error={faults.tenant_id} required>
          <Input name="tenant_id" autoCapitalize="none" spellCheck={false} maxLength={63} mono />
        </Field>
      ) : null}
      <div>
        <SigningLine
          name={again?.name ?? toSigningName(email)}
          state={progress === 'signed' ? 'signed' : isRefused ? 'refused' : 'open'}
        />
        <RefusalLine refusal={refusal}>Signing in is kept in the record.</RefusalLine>
      </div>
      <Button type="submit" variant="act" busy={progress !== 'idle'} className="w-full">
        Sign in
      </Button>
      {again === null ? null : (
        <ButtonLink variant="plain" href={callbackUrl} prefetch={false}>
          Not now
        </ButtonLink>
      )}
    </form>
  );
}
