'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronLeftIcon } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/copy-button';
import { FoldedText } from '@/components/ui/folded-text';
import { KeyValueList } from '@/components/ui/key-value-list';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Countdown, Moment, RelativeTime } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { ShortId } from '@/components/ui/short-id';
import { SkeletonRows } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { DeliveryDetail } from '@/lib/contracts';
import { useSubmitKey } from './submit-key';
import { Attempts } from './webhooks-attempts';
import { DeliveryBadge } from './webhooks-delivery-badge';
import { webhooksHref } from './webhooks-filters';
import { deliveryQuery } from './webhooks-queries';
import { deliveryKeys } from './webhooks-query-keys';

/** One delivery: what was sent where, every attempt at it, and the way to send it again. */
export function DeliveryView({ id }: { id: string }) {
  return (
    <Loaded
      query={useQuery(deliveryQuery(id))}
      what="The delivery"
      heading="Delivery"
      loading={<SkeletonRows label="Loading the delivery" />}
    >
      {(delivery, stale) => (
        <div className="grid gap-7">
          <DeliveryHead delivery={delivery} />
          {stale}
          <DeliveryFacts delivery={delivery} />
          <Section title="Attempts" description="The latest first">
            <Attempts delivery={delivery} />
          </Section>
          <Section
            title="Body"
            description="Byte for byte what every attempt sends"
            actions={<CopyButton text={delivery.body} label="Copy body" />}
          >
            <div className="rounded-control bg-sunk px-3 py-2.5 font-mono text-13">
              <FoldedText text={delivery.body} />
            </div>
          </Section>
        </div>
      )}
    </Loaded>
  );
}

function DeliveryHead({ delivery }: { delivery: DeliveryDetail }) {
  const redelivery = useRedelivery(delivery);
  return (
    <div className="grid gap-4">
      <PageHeader
        title={<span className="font-mono">{delivery.event_type}</span>}
        meta={
          <Link
            href={webhooksHref('deliveries')}
            className="-ml-1 inline-flex min-h-7 items-center gap-0.5 rounded-mark pr-1 text-13 text-ink-3 transition-colors hover:text-ink"
          >
            <ChevronLeftIcon className="size-4" aria-hidden="true" />
            Deliveries
          </Link>
        }
        description={<DeliveryBadge status={delivery.status} />}
        actions={
          <Button
            variant={delivery.status === 'dead' ? 'act' : 'quiet'}
            busy={redelivery.isPending}
            disabledReason={delivery.status === 'pending' ? 'It is on its way' : null}
            onClick={() => redelivery.mutate()}
          >
            Redeliver
          </Button>
        }
      />
      {redelivery.isError ? (
        <Notice role="alert" tone="no" title="It was not sent again">
          {describeRefusal(redelivery.error)}
        </Notice>
      ) : null}
    </div>
  );
}

/** Sends it again, the same id and bytes. Each press is a redelivery of its own, but one whose answer was lost is not sent twice. */
function useRedelivery({ delivery_id: id }: DeliveryDetail) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [times, setTimes] = useState(0);
  return useMutation({
    mutationFn: () => api.redeliver({ params: { id }, idempotencyKey: submitKey(times) }),
    onSuccess: (reopened) => {
      setTimes((before) => before + 1);
      queries.setQueryData(deliveryQuery(id).queryKey, (before) => before && { ...before, ...reopened });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: deliveryKeys.all }),
  });
}

/** A disabled endpoint's detail is only the reason. */
function describeRefusal(error: Error): string {
  return isApiProblem(error, 'endpoint/disabled') && error.detail !== null
    ? `${error.title}: ${error.detail}.`
    : error.message;
}

function DeliveryFacts({ delivery }: { delivery: DeliveryDetail }) {
  const { request_id: requestId, delivered_at: deliveredAt, next_attempt_at: next } = delivery;
  return (
    <KeyValueList
      items={[
        {
          label: 'To',
          value: (
            <span className="grid justify-items-start gap-0.5">
              <span className="font-mono text-12">
                <FoldedText text={delivery.endpoint_url} />
              </span>
              <Link
                href={webhooksHref('deliveries', { endpoint: delivery.endpoint_id })}
                prefetch={false}
                className="rounded-mark font-medium text-12 text-act hover:underline"
              >
                All deliveries of this endpoint
              </Link>
            </span>
          ),
        },
        {
          label: 'About',
          value:
            requestId === null ? (
              'No request'
            ) : (
              <Link href={`/requests/${requestId}`} className="rounded-mark text-act hover:underline">
                Request <ShortId id={requestId} copy={false} />
              </Link>
            ),
        },
        { label: 'webhook-id', value: <ShortId id={delivery.webhook_id} what="webhook-id" /> },
        { label: 'Made', value: <Ago at={delivery.created_at} /> },
        ...(deliveredAt === null ? [] : [{ label: 'Delivered', value: <Ago at={deliveredAt} /> }]),
        ...(next === null || delivery.status !== 'failed'
          ? []
          : [
              {
                label: 'Next attempt',
                value: (
                  <>
                    in <Countdown at={next} past="a moment" heated={false} />
                  </>
                ),
              },
            ]),
        ...(delivery.attempt_log.length > 0 || delivery.last_error === null
          ? []
          : [{ label: 'Why not', value: <VisibleText text={delivery.last_error} /> }]),
      ]}
    />
  );
}

function Ago({ at }: { at: string }) {
  return (
    <>
      <Moment at={at} />{' '}
      <span className="text-ink-3">
        (<RelativeTime at={at} /> ago)
      </span>
    </>
  );
}
