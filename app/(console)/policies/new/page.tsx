import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { SetEditor } from '@/components/policies/editor/set-editor';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import starter from '@/docs/examples/policy-starter.json';
import { PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getPolicySet, listPolicySets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'New version of the rules' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/**
 * A new version of the rules: from nothing, from the starting set, or from a version that is there. A rule that was drawn from precedents is
 * added to the rules that decide.
 */
export default async function NewVersionPage({ searchParams }: Props) {
  const actor = await requirePageActor('policy:manage');
  const { from: given, draft } = await searchParams;
  const { data: sets } = await readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor }));
  const active = sets.find(({ status }) => status === 'active')?.version ?? null;
  const takesDrawn = draft === 'precedents';
  const from = (Array.isArray(given) ? given[0] : given) ?? (takesDrawn ? active : null) ?? '';
  const base = await readBase(actor, from);
  if (base === undefined) notFound();
  // Another start is another draft: nothing of the one before may stay in the fields.
  return (
    <SetEditor
      key={from}
      tenantId={actor.tenantId}
      userId={actor.userId ?? actor.keyId ?? ''}
      from={from}
      takesDrawn={takesDrawn}
      base={base}
      active={active}
    />
  );
}

/** The rules that it begins with; null for none, undefined where there is no such version. */
async function readBase(actor: Actor, from: string) {
  if (from === '') return null;
  if (from === 'starter') return PolicySetBody.parse({ ...starter, tenant_id: actor.tenantId });
  return getPolicySet(actor, from).catch((error: unknown) => {
    if (isAppError(error) && error.code === 'policy-set/not-found') return undefined;
    throw error;
  });
}
