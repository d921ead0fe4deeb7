'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { DeliveryDetail, EndpointResource } from '@/lib/contracts';
import { useSubmitKey } from './submit-key';
import { DeliveryBadge } from './webhooks-delivery-badge';
import { deliveryHref } from './webhooks-filters';
import { deliveryQuery } from './webhooks-queries';
import { deliveryKeys } from './webhooks-query-keys';
import { formatLatency, placeOf } from './webhooks-words';

/** Sends an endpoint a test, and what came of it. Every press is a test of its own, but one whose answer was lost is not sent twice. */
export function useTest(endpoint: EndpointResource) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [sent, setSent] = useState<readonly string[]>([]);
  const sending = useMutation({
    mutationFn: () =>
      api.testEndpoint({ params: { id: endpoint.endpoint_id }, idempotencyKey: submitKey(sent.length) }),
    onSuccess: async ({ delivery_id: id }) => {
      setSent((before) => [...before, id]);
      await queries.invalidateQueries({ queryKey: deliveryKeys.all });
    },
  });
  const last = sent.at(-1);
  return {
    button: (
      <Button
        size="sm"
        busy={sending.isPending}
        disabledReason={endpoint.status === 'disabled' ? 'Enable it first' : null}
        onClick={() => sending.mutate()}
      >
        Send test
        <span className="sr-only"> to {placeOf(endpoint.url)}</span>
      </Button>
    ),
    result: sending.isError ? (
      <Notice role="alert" tone="no" title="No test was sent">
        {sending.error.message}
      </Notice>
    ) : (
      <div role="status">{last === undefined ? null : <TestResult key={last} id={last} />}</div>
    ),
  };
}

function TestResult({ id }: { id: string }) {
  const { data } = useQuery(deliveryQuery(id));
  return (
    <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 border-line-strong border-l-2 pl-3 text-13">
      <span className="text-ink-2">Test</span>
      <DeliveryBadge status={data?.status ?? 'pending'} />
      <span className="text-ink-2">{data === undefined ? null : describeAnswer(data)}</span>
      <Link
        href={deliveryHref(id)}
        prefetch={false}
        className="rounded-mark font-medium text-12 text-act hover:underline"
      >
        Open the delivery
      </Link>
    </p>
  );
}

/** "Answered 204 in 12 ms", or why there was no answer. */
function describeAnswer({ attempt_log: log, last_error: error }: DeliveryDetail): string | null {
  const last = log.at(-1);
  if (last === undefined) return error;
  return last.status_code === null
    ? (last.error ?? error)
    : `Answered ${last.status_code} in ${formatLatency(last.latency_ms)}`;
}
