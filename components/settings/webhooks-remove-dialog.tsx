'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import type { EndpointResource } from '@/lib/contracts';
import { deliveriesKey, endpointsKey } from './webhooks-query-keys';
import { hostOf } from './webhooks-words';

interface RemoveEndpointProps {
  /** Which endpoint it is about; closed while null. */
  endpoint: EndpointResource | null;
  onClose: () => void;
}

/** Asks before an endpoint is removed for good. */
export function RemoveEndpointDialog({ endpoint, onClose }: RemoveEndpointProps) {
  const queries = useQueryClient();
  const remove = async () => {
    if (endpoint === null) return;
    try {
      await api.deleteEndpoint({ params: { id: endpoint.endpoint_id } });
    } finally {
      await Promise.all([endpointsKey, deliveriesKey].map((queryKey) => queries.invalidateQueries({ queryKey })));
    }
    toast.success(`${hostOf(endpoint.url)} is removed`);
  };
  return (
    <ConfirmDialog
      title={`Remove ${endpoint ? hostOf(endpoint.url) : 'the endpoint'}?`}
      description="It is told nothing any more, and its secret is deleted. What was still due ends. Its deliveries stay on record. This cannot be undone."
      confirmLabel="Remove"
      open={endpoint !== null}
      onOpenChange={(open) => open || onClose()}
      onConfirm={remove}
    />
  );
}
