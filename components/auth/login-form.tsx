'use client';

import { type FormEvent, useRef, useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { signIn, type TenantChoice } from '@/lib/client';
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
 * E-mail, password, and the line one signs. Without scripts the form is an ordinary one, sent to the same address; with them the answer
 * is shown in place, and somebody with several tenants chooses one.
 */
export function LoginForm({ callbackUrl, again, refusal: before, asksTenant }: LoginFormProps) {
  const [email, setEmail] = useState(again?.email ?? '');
  const [refusal, setRefusal] = useState(before);
  const [progress, setProgress] = useState<'idle' | 'busy' | 'signed'>('idle');
  const [choice, setChoice] = useState<{ typed: Typed; tenants: TenantChoice[] } | null>(null);
  const password = useRef<HTMLInputElement>(null);

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
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '');
    const tenantId = again?.tenantId ?? (text('tenant_id') || undefined);
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
    <form method="post" action="/api/auth/callback/credentials" onSubmit={submit} className="grid gap-4">
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      {again === null ? null : <input type="hidden" name="tenant_id" value={again.tenantId} />}
      <Field label="Email" required>
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
      <Field label="Password" required>
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
        <Field label="Tenant" hint="Its short name, such as acme." required>
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
