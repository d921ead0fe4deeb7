'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useId, useState } from 'react';
import { api } from '@/components/live/api';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Notice } from '@/components/ui/notice';
import { ShortId } from '@/components/ui/short-id';
import { VisibleText } from '@/components/ui/visible-text';
import type { EndpointResource } from '@/lib/contracts';
import { ChangeEndpointDialog } from './webhooks-change-dialog';
import { DisableEndpointDialog, RemoveEndpointDialog } from './webhooks-end-dialogs';
import { EndpointFacts } from './webhooks-endpoint-facts';
import { webhooksHref } from './webhooks-filters';
import { endpointsKey } from './webhooks-query-keys';
import { RotateSecretDialog } from './webhooks-rotate-dialog';
import { useTest } from './webhooks-test-button';
import { placeOf } from './webhooks-words';

/** What is asked of an endpoint before it is done. */
type Question = 'change' | 'rotate' | 'disable' | 'remove';

/** The endpoints, the newest first, and what can be done with each. */
export function Endpoints({ endpoints }: { endpoints: readonly EndpointResource[] }) {
  const [asked, setAsked] = useState<{ question: Question; endpoint: EndpointResource } | null>(null);
  const about = (question: Question) => (asked?.question === question ? asked.endpoint : null);
  const close = () => setAsked(null);
  return (
    <>
      {endpoints.length === 0 ? (
        <div className="-mt-6 border-b">
          <EmptyState title="Nobody is told">
            Add the address of software that should hear what happens to requests. It gets a signed POST for each event;
            until then it can read them from the API.
          </EmptyState>
        </div>
      ) : (
        <ul aria-label="Endpoints" className="-mt-6 divide-y border-b">
          {endpoints.map((endpoint) => (
            <Endpoint
              key={endpoint.endpoint_id}
              endpoint={endpoint}
              onAsk={(question) => setAsked({ question, endpoint })}
            />
          ))}
        </ul>
      )}
      <ChangeEndpointDialog endpoint={about('change')} onClose={close} />
      <RotateSecretDialog endpoint={about('rotate')} onClose={close} />
      <DisableEndpointDialog endpoint={about('disable')} onClose={close} />
      <RemoveEndpointDialog endpoint={about('remove')} onClose={close} />
    </>
  );
}

interface EndpointProps {
  endpoint: EndpointResource;
  onAsk: (question: Question) => void;
}

function Endpoint({ endpoint, onAsk }: EndpointProps) {
  const headingId = useId();
  const test = useTest(endpoint);
  const enabling = useEnable(endpoint);
  const place = placeOf(endpoint.url);
  const enabled = endpoint.status === 'enabled';
  const of = <span className="sr-only"> {place}</span>;
  return (
    <li aria-labelledby={headingId} className="relative grid gap-3 py-5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 id={headingId} title={endpoint.url} className="font-medium text-14 [overflow-wrap:anywhere]">
          <VisibleText text={place} />
        </h2>
        <Badge
          tone={enabled ? 'yes' : 'neutral'}
          shape={
            <span
              aria-hidden="true"
              className={`size-1.5 rounded-full ${enabled ? 'bg-current' : 'border border-current'}`}
            />
          }
        >
          {enabled ? 'Enabled' : 'Disabled'}
        </Badge>
        {endpoint.url.startsWith('http:') ? <Badge tone="open">Not encrypted</Badge> : null}
        <span className="ml-auto max-rail:hidden">
          <ShortId id={endpoint.endpoint_id} what="endpoint id" />
        </span>
      </div>
      {endpoint.description === null ? null : (
        <p className="-mt-2 max-w-prose text-13 text-ink-2 [overflow-wrap:anywhere]">
          <VisibleText text={endpoint.description} />
        </p>
      )}
      {enabled ? null : (
        <Notice tone="open" title={<VisibleText text={endpoint.disabled_reason ?? 'Disabled'} />}>
          Nothing is sent there. Enable it to go on; what was given up meanwhile can be sent again from its deliveries.
        </Notice>
      )}
      <EndpointFacts endpoint={endpoint} />
      <div className="-ml-px flex flex-wrap items-center gap-1.5">
        {test.button}
        <Button size="sm" onClick={() => onAsk('rotate')}>
          Rotate secret
          <span className="sr-only"> of {place}</span>
        </Button>
        <Button size="sm" onClick={() => onAsk('change')}>
          Change{of}
        </Button>
        <Button size="sm" busy={enabling.isPending} onClick={() => (enabled ? onAsk('disable') : enabling.mutate())}>
          {enabled ? 'Disable' : 'Enable'}
          {of}
        </Button>
        <Button size="sm" variant="plain" onClick={() => onAsk('remove')}>
          Remove{of}
        </Button>
        <Link
          href={webhooksHref('deliveries', { endpoint: endpoint.endpoint_id })}
          prefetch={false}
          className="rounded-mark px-1 font-medium text-13 text-act hover:underline rail:ml-auto"
        >
          Its deliveries
          <span className="sr-only">, {place}</span>
        </Link>
      </div>
      {enabling.isError ? (
        <Notice role="alert" tone="no" title="It was not enabled">
          {enabling.error.message}
        </Notice>
      ) : null}
      {test.result}
    </li>
  );
}

/** Lets deliveries go there again, at once: nothing is lost by it. */
function useEnable({ endpoint_id: id }: EndpointResource) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.updateEndpoint({ params: { id }, body: { status: 'enabled' } }),
    onSettled: () => queries.invalidateQueries({ queryKey: endpointsKey }),
  });
}
