import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DeliveryView } from '@/components/settings/webhooks-delivery';
import { deliveryKeys } from '@/components/settings/webhooks-query-keys';
import type { DeliveryDetail } from '@/lib/contracts';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getDelivery } from '@/lib/services/webhooks';

export const metadata: Metadata = { title: 'Delivery' };

interface Props {
  params: Promise<{ id: string }>;
}

/** One delivery on a page of its own, so that it can be passed on. */
export default async function DeliveryPage({ params }: Props) {
  const { id } = await params;
  const actor = await requirePageActor('webhooks:manage');
  const delivery = await getDelivery(actor, id).catch((error: unknown): DeliveryDetail | null => {
    if (isAppError(error) && error.code === 'delivery/not-found') return null;
    throw error;
  });
  if (delivery === null) notFound();
  const queries = new QueryClient();
  queries.setQueryData(deliveryKeys.one(id), delivery);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <DeliveryView id={id} />
    </HydrationBoundary>
  );
}
