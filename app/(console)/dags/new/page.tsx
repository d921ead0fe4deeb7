import type { Metadata } from 'next';
import { FIRST_DEFINITION } from '@/components/dags/dags-words';
import { NewDagView } from '@/components/dags/new-dag-view';
import { requirePageActor } from '@/lib/http/page';

export const metadata: Metadata = { title: 'New definition' };

interface Props {
  searchParams: Promise<{ from?: string | string[] }>;
}

/** A new definition, from nothing or from the one that is shown where there is none. */
export default async function NewDagPage({ searchParams }: Props) {
  await requirePageActor('policy:manage');
  const { from } = await searchParams;
  return <NewDagView text={from === 'example' ? FIRST_DEFINITION : ''} />;
}
