import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { BudgetsView } from '@/components/settings/budgets-view';
import { budgetsKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { getBudgets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Budgets' };

export default async function BudgetsPage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  queries.setQueryData(budgetsKey, await getBudgets(actor));
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <BudgetsView />
    </HydrationBoundary>
  );
}
