'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { api } from '@/components/live/api';
import { requestKeys } from '@/components/live/query-keys';
import { webhooksHref } from '@/components/settings/webhooks-filters';
import { Badge, type Tone } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { Skeleton } from '@/components/ui/skeleton';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, DeliveryResource } from '@/lib/contracts';
import type { Viewer } from './viewer';

type WebhookStatus = ApprovalRequestResource['last_webhook_status'];

const LOOKS = {
  none: { tone: 'neutral', word: 'None' },
  pending: { tone: 'open', word: 'On its way' },
  delivered: { tone: 'yes', word: 'Delivered' },
  failed: { tone: 'open', word: 'Failed, trying again' },
  dead: { tone: 'no', word: 'Given up' },
} as const satisfies Record<WebhookStatus, { tone: Tone; word: string }>;

/** Whether the caller was told. Who manages webhooks sees every delivery. */
export function Deliveries({ request, viewer }: { request: ApprovalRequestResource; viewer: Viewer }) {
  const { last_webhook_status: status, webhook_attempts: attempts } = request;
  const manages = viewer.permissions.includes('webhooks:manage');
  if (status === 'none') return null;
  const { tone, word } = LOOKS[status];
  return (
    <Section
      tone="quiet"
      title="Deliveries"
      actions={
        manages ? (
          <Link
            href={webhooksHref('deliveries', { request: request.request_id })}
            className="rounded-mark font-medium text-12 text-act hover:underline"
          >
            In the delivery log
          </Link>
        ) : null
      }
    >
      {manages ? (
        <DeliveryList request={request} />
      ) : (
        <p className="flex items-center gap-2 text-13 text-ink-2">
          <Badge tone={tone}>{word}</Badge>
          {attempts === 1 ? '1 attempt' : `${attempts} attempts`}
        </p>
      )}
    </Section>
  );
}

function DeliveryList({ request }: { request: ApprovalRequestResource }) {
  const { request_id: id, seq, last_webhook_status: status, webhook_attempts: attempts } = request;
  const { data, isError } = useQuery({
    // What the request says of its deliveries is part of the question: when it changes, the list does.
    queryKey: [...requestKeys.deliveries(id), seq, status, attempts],
    queryFn: ({ signal }) => api.listDeliveries({ query: { request_id: id, limit: 50 }, signal }),
    placeholderData: (before) => before,
  });
  if (data === undefined) {
    return isError ? (
      <p className="text-13 text-ink-3">They could not be read just now.</p>
    ) : (
      <Skeleton className="my-2 h-4 w-3/5" />
    );
  }
  return (
    <ul className="divide-y border-y">
      {data.data.map((delivery) => (
        <Delivery key={delivery.delivery_id} delivery={delivery} />
      ))}
    </ul>
  );
}

function Delivery({ delivery }: { delivery: DeliveryResource }) {
  const { tone, word } = LOOKS[delivery.status];
  const attempts = delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`;
  const fault = delivery.status === 'delivered' ? null : delivery.last_error;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 py-1.5 text-13">
      <code className="font-mono text-12">{delivery.event_type}</code>
      <span className="min-w-0 flex-1 truncate text-12 text-ink-3">{hostOf(delivery.endpoint_url)}</span>
      <span className="text-12 text-ink-3">{attempts}</span>
      <Badge tone={tone}>{word}</Badge>
      <RelativeTime at={delivery.delivered_at ?? delivery.created_at} className="text-12 text-ink-3" />
      {fault ? (
        <span className="basis-full text-12 text-no [overflow-wrap:anywhere]">
          <VisibleText text={fault} />
        </span>
      ) : null}
    </li>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
