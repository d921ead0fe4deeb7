'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { EndpointResource } from '@/lib/contracts';
import { deliveryKeys, endpointsKey } from './webhooks-query-keys';
import { placeOf } from './webhooks-words';

interface EndProps {
  /** Which endpoint it is about; closed while null. */
  endpoint: EndpointResource | null;
  onClose: () => void;
}

/** Asks before nothing more is sent to an endpoint for now. */
export function DisableEndpointDialog({ endpoint, onClose }: EndProps) {
  const end = useEnd(endpoint, 'is disabled', ({ endpoint_id: id }) =>
    api.updateEndpoint({ params: { id }, body: { status: 'disabled' } }),
  );
  return (
    <ConfirmDialog
      title={<VisibleText text={`Disable ${placeOf(endpoint?.url ?? '')}?`} />}
      description="What is on its way is given up, and what happens meanwhile is never sent there. It can be enabled again at any time."
      confirmLabel="Disable"
      open={endpoint !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={end}
    />
  );
}

/** Asks before an endpoint is gone for good. */
export function RemoveEndpointDialog({ endpoint, onClose }: EndProps) {
  const end = useEnd(endpoint, 'is removed', ({ endpoint_id: id }) => api.deleteEndpoint({ params: { id } }));
  return (
    <ConfirmDialog
      title={<VisibleText text={`Remove ${placeOf(endpoint?.url ?? '')}?`} />}
      description="What is on its way is given up and its secrets are deleted, at once. This cannot be undone. Its deliveries stay on record, but none of them can be sent again."
      confirmLabel="Remove"
      open={endpoint !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={end}
    />
  );
}

function useEnd(
  endpoint: EndpointResource | null,
  became: string,
  act: (endpoint: EndpointResource) => Promise<unknown>,
): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    if (endpoint === null) return;
    try {
      await act(endpoint);
    } finally {
      await Promise.all([endpointsKey, deliveryKeys.all].map((queryKey) => queries.invalidateQueries({ queryKey })));
    }
    toast.success(
      <>
        <VisibleText text={placeOf(endpoint.url)} /> {became}
      </>,
    );
  };
}
