import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AllowCliLogin } from '@/components/auth/allow-cli-login';
import { readCliLogin } from '@/components/auth/cli-login';
import { describeScopes } from '@/components/settings/keys-words';
import { Brand } from '@/components/shell/brand';
import { requirePageActor } from '@/lib/http/page';
import { cliScopes } from '@/lib/services/me';

export const metadata: Metadata = { title: 'Sign in the command line' };

/** Where `countersign login` sends its person: who they are here, what the command line would get, and a button. Nothing happens by opening it. */
export default async function CliLoginPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const actor = await requirePageActor();
  const asked = readCliLogin(await searchParams);
  const { via, name, email, tenantId, role, level } = actor;
  if (asked === null || via !== 'session' || email === null || role === null) notFound();
  return (
    <main className="grid min-h-dvh grid-rows-[1fr_auto_1.6fr] justify-items-center px-4 py-8">
      <div className="row-start-2 w-full max-w-104">
        <Brand />
        <h1 className="mt-8 font-semibold text-28">Sign in the command line</h1>
        <p className="mt-1 mb-6 text-13 text-ink-3">
          Only if you have just run <code className="font-mono text-ink-2">countersign login</code> on this computer.
          Whoever holds the key acts, and decides, in your name.
        </p>
        <AllowCliLogin
          asked={asked}
          person={{ name, email, tenantId, role, level }}
          does={describeScopes(cliScopes(actor))}
        />
      </div>
    </main>
  );
}
