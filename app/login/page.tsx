import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LoginForm } from '@/components/auth/login-form';
import { toRefusal } from '@/components/auth/refusal';
import { Brand } from '@/components/shell/brand';
import { Notice } from '@/components/ui/notice';
import { findPageActor, toReturnPath } from '@/lib/http/page';

export const metadata: Metadata = { title: 'Sign in' };

/** Signing in; and again, where something needs a fresh proof of who one is (`step_up=1`). */
export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const asked = await searchParams;
  const callbackUrl = toReturnPath(text(asked.callbackUrl));
  const actor = await findPageActor();
  const again = actor?.email && text(asked.step_up) === '1' ? { ...actor, email: actor.email } : null;
  if (actor !== null && again === null) redirect(callbackUrl);
  const code = text(asked.error);
  const refusal = code === null ? null : toRefusal(code, seconds(text(asked.retry_after)));
  // Nobody did anything wrong: it is said before the form, and not as what the form came to.
  const ended = code === 'auth/invalid-session' && again === null;
  return (
    <main className="grid min-h-dvh grid-rows-[1fr_auto_1.6fr] justify-items-center px-4 py-8">
      <div className="row-start-2 w-full max-w-88">
        <Brand />
        <h1 className="mt-8 font-semibold text-28">{again === null ? 'Sign in' : 'Sign in again'}</h1>
        {ended ? (
          <Notice tone="act" className="mt-3 mb-6">
            {refusal?.message}
          </Notice>
        ) : (
          <p className="mt-1 mb-6 text-13 text-ink-3">
            {again === null
              ? 'Software asks, policy answers, people decide.'
              : 'What comes next is decided in your name, so prove once more that it is you.'}
          </p>
        )}
        <LoginForm
          callbackUrl={callbackUrl}
          again={again === null ? null : { email: again.email, name: again.name, tenantId: again.tenantId }}
          refusal={ended ? null : refusal}
          asksTenant={code === 'auth/choose-tenant' || code === 'tenant/not-found'}
        />
      </div>
    </main>
  );
}

function text(value: string | string[] | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function seconds(value: string | null): number | null {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : null;
}
