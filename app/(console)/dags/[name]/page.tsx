import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { DagView } from '@/components/dags/dag-view';
import { dagKeys } from '@/components/dags/dags-query-keys';
import type { DagResource } from '@/lib/contracts';
import { can } from '@/lib/domain/access';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getDag, listDagVersions } from '@/lib/services/dags';

interface Props {
  params: Promise<{ name: string }>;
  searchParams: Promise<{ version?: string | string[] }>;
}

/** Who looks and what they look at, read once for the page and its title. */
const readPage = cache(async (name: string, version: number | null) => {
  const actor = await requirePageActor('runs:read');
  const dag = await getDag(actor, name, version).then(
    ({ resource }): DagResource => resource,
    (error: unknown): null => {
      if (isAppError(error) && error.code === 'dag/not-found') return null;
      throw error;
    },
  );
  return { actor, dag };
});

/** Anything that is no version is one that does not exist. */
function readVersion(version: string | string[] | undefined): number | null {
  if (version === undefined) return null;
  return typeof version === 'string' && /^[1-9]\d{0,9}$/.test(version) ? Number(version) : Number.MAX_SAFE_INTEGER;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { dag } = await readPage((await params).name, readVersion((await searchParams).version));
  return { title: dag === null ? 'Not found' : dag.name };
}

/** One definition: its text, what a run would do, what nobody guards, and its versions. */
export default async function DagPage({ params, searchParams }: Props) {
  const version = readVersion((await searchParams).version);
  const { actor, dag } = await readPage((await params).name, version);
  if (dag === null) notFound();
  const { name } = dag;
  const queries = new QueryClient();
  queries.setQueryData(dagKeys.one(name, version), dag);
  if (version !== null) queries.setQueryData(dagKeys.one(name, null), (await getDag(actor, name)).resource);
  const versions = await listDagVersions(actor, name, { limit: 20, cursor: undefined });
  queries.setQueryData(dagKeys.versions(name), { pages: [versions], pageParams: [undefined] });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <DagView name={name} version={version} mayWrite={can(actor, 'policy:manage')} />
    </HydrationBoundary>
  );
}
