import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChangePassword } from '@/components/settings/account-password';
import { Person } from '@/components/settings/account-person';
import { SignIns } from '@/components/settings/account-sign-ins';
import { PageHeader } from '@/components/ui/page-header';
import { requirePageActor } from '@/lib/http/page';
import { listSignIns } from '@/lib/services/me';

export const metadata: Metadata = { title: 'Account' };

/** One's own account: who one is here, the password, and where one has signed in. Only for people; a key has none. */
export default async function AccountPage() {
  const actor = await requirePageActor();
  const { name, email, tenantId, role, level, authTime } = actor;
  if (email === null || role === null || authTime === null) notFound();
  const signIns = await listSignIns(actor);
  return (
    <div className="grid gap-10">
      <PageHeader title="Account" description="Your sign-in, wherever you are a member." />
      <Person name={name} email={email} tenantId={tenantId} role={role} level={level} since={authTime.toISOString()} />
      <ChangePassword email={email} tenantId={tenantId} />
      <SignIns signIns={signIns.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }))} />
    </div>
  );
}
