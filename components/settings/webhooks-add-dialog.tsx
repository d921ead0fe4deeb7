'use client';

import { useQueryClient } from '@tanstack/react-query';
import { PlusIcon } from 'lucide-react';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import type { EndpointWithSecret } from '@/lib/contracts';
import { useSubmitKey } from './submit-key';
import type { EndpointInput } from './webhooks-draft';
import { EndpointForm } from './webhooks-endpoint-form';
import { endpointsKey } from './webhooks-query-keys';
import { SecretDialog } from './webhooks-secret-dialog';

/** The button that adds an endpoint, the form behind it, and the one moment in which its secret can be read. */
export function AddEndpointDialog({ tenantId }: { tenantId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <SecretDialog
      title="Add an endpoint"
      description="From now on it is told what happens to requests."
      trigger={
        <Button variant="act" icon={<PlusIcon className="size-4" aria-hidden="true" />}>
          Add endpoint
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      size="lg"
      lost={{
        title: 'The endpoint was added, but its secret got lost on its way here',
        advice: 'Rotate the endpoint’s secret to get another.',
      }}
    >
      {(onMade) => <AddEndpointForm tenantId={tenantId} onMade={onMade} />}
    </SecretDialog>
  );
}

function AddEndpointForm({ tenantId, onMade }: { tenantId: string; onMade: (made: EndpointWithSecret) => void }) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const send = async (input: EndpointInput) => {
    const body = { tenant_id: tenantId, ...input };
    const made = await api.createEndpoint({ body, idempotencyKey: submitKey(body) });
    await queries.invalidateQueries({ queryKey: endpointsKey });
    onMade(made);
  };
  return <EndpointForm endpoint={null} submitLabel="Add endpoint" failedTitle="No endpoint was added" send={send} />;
}
