'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { Dialog } from '@/components/ui/dialog';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { EndpointResource } from '@/lib/contracts';
import { changesOf, type EndpointInput } from './webhooks-draft';
import { EndpointForm } from './webhooks-endpoint-form';
import { endpointsKey } from './webhooks-query-keys';
import { placeOf } from './webhooks-words';

interface ChangeEndpointProps {
  /** Which endpoint it is about; closed while null. */
  endpoint: EndpointResource | null;
  onClose: () => void;
}

/** Sends an endpoint's deliveries elsewhere, about something else or on another schedule. */
export function ChangeEndpointDialog({ endpoint, onClose }: ChangeEndpointProps) {
  const queries = useQueryClient();
  const send = async (input: EndpointInput) => {
    const changes = endpoint === null ? {} : changesOf(endpoint, input);
    if (endpoint !== null && Object.keys(changes).length > 0) {
      try {
        await api.updateEndpoint({ params: { id: endpoint.endpoint_id }, body: changes });
      } finally {
        await queries.invalidateQueries({ queryKey: endpointsKey });
      }
      toast.success(
        <>
          <VisibleText text={placeOf(input.url)} /> is changed
        </>,
      );
    }
    onClose();
  };
  return (
    <Dialog
      title={endpoint ? <VisibleText text={`Change ${placeOf(endpoint.url)}`} /> : 'Change'}
      description="It counts from the next attempt on. The secret stays what it is."
      open={endpoint !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      size="lg"
    >
      {endpoint ? (
        <EndpointForm
          key={endpoint.endpoint_id}
          endpoint={endpoint}
          submitLabel="Save"
          failedTitle="Nothing was changed"
          send={send}
        />
      ) : null}
    </Dialog>
  );
}
