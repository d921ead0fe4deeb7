'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { ErrorState } from '@/components/ui/error-state';
import { KeyValueList } from '@/components/ui/key-value-list';
import { Notice } from '@/components/ui/notice';
import { PayloadTree } from '@/components/ui/payload-tree';
import { Countdown, Moment } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { SkeletonRows } from '@/components/ui/skeleton';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { DeliveryDetail } from '@/lib/contracts';
import { DeliveryBadge } from './webhooks-delivery-badge';
import { deliveryQuery } from './webhooks-queries';
import { deliveriesKey } from './webhooks-query-keys';
import { describeAttempt } from './webhooks-words';

interface DeliveryDialogProps {
  /** Which delivery it shows; closed while null. */
  id: string | null;
  onClose: () => void;
}

/** Everything about one delivery: where to, every attempt with what came back, and the very bytes that are sent. */
export function DeliveryDialog({ id, onClose }: DeliveryDialogProps) {
  return (
    <Dialog title="Delivery" size="lg" open={id !== null} onOpenChange={(open) => open || onClose()}>
      {id === null ? null : <Delivery id={id} />}
    </Dialog>
  );
}

function Delivery({ id }: { id: string }) {
  const query = useQuery(deliveryQuery(id));
  if (query.data === undefined) {
    return query.isError ? (
      <ErrorState
        title="This delivery could not be read"
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
      >
        {query.error.message}
      </ErrorState>
    ) : (
      <SkeletonRows rows={5} label="Loading the delivery" />
    );
  }
  const delivery = query.data;
  return (
    <>
      <div className="grid gap-6">
        <KeyValueList items={factsOf(delivery)} />
        <Attempts delivery={delivery} />
        <section aria-label="What is sent" className="grid gap-2">
          <h3 className="font-medium text-13 text-ink-2">What is sent</h3>
          <PayloadTree payload={JSON.parse(delivery.body)} label="Body of the delivery" />
        </section>
      </div>
      <Footer delivery={delivery} />
    </>
  );
}

function factsOf(delivery: DeliveryDetail) {
  return [
    { label: 'State', value: <DeliveryBadge status={delivery.status} /> },
    { label: 'Event', value: <code className="font-mono text-13">{delivery.event_type}</code> },
    {
      label: 'To',
      value: (
        <span className="font-mono text-13 [overflow-wrap:anywhere]">
          <VisibleText text={delivery.endpoint_url} />
        </span>
      ),
    },
    { label: 'Webhook id', value: <ShortId id={delivery.webhook_id} what="webhook id" /> },
    ...(delivery.request_id === null
      ? []
      : [
          {
            label: 'Request',
            value: (
              <Link href={`/requests/${delivery.request_id}`} className="rounded-mark text-act hover:underline">
                <ShortId id={delivery.request_id} copy={false} className="text-act" />
              </Link>
            ),
          },
        ]),
    { label: 'Made', value: <Moment at={delivery.created_at} /> },
    ...(delivery.next_attempt_at === null
      ? []
      : [{ label: 'Next attempt', value: <Countdown at={delivery.next_attempt_at} past="now" heated={false} /> }]),
  ];
}

function Attempts({ delivery: { attempt_log: log, attempts } }: { delivery: DeliveryDetail }) {
  return (
    <section aria-label="Attempts" className="grid gap-2">
      <h3 className="font-medium text-13 text-ink-2">
        Attempts <span className="font-normal text-ink-3">{attempts}</span>
      </h3>
      {log.length === 0 ? (
        <p className="text-13 text-ink-3">None yet.</p>
      ) : (
        <ol className="divide-y border-y">
          {log.map((attempt) => (
            <li key={attempt.attempt} className="grid gap-1 py-2 text-13">
              <div className="flex flex-wrap items-baseline gap-x-3">
                <span className="w-6 text-ink-3 tabular-nums">{attempt.attempt}</span>
                <span className={attempt.error === null ? '' : 'text-no'}>
                  <VisibleText text={describeAttempt(attempt)} />
                </span>
                <span className="ml-auto text-12 text-ink-3">
                  <Moment at={attempt.at} />, secret {attempt.key_version}
                </span>
              </div>
              {attempt.response_head ? (
                <code className="ml-9 whitespace-pre-wrap rounded-control bg-sunk px-2 py-1 font-mono text-12 [overflow-wrap:anywhere]">
                  <VisibleText text={attempt.response_head} />
                </code>
              ) : null}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Footer({ delivery }: { delivery: DeliveryDetail }) {
  const queries = useQueryClient();
  const sending = useMutation({
    mutationFn: () => api.redeliver({ params: { id: delivery.delivery_id } }),
    onSuccess: () => toast.success('It is on its way again', { description: 'With the same id and the same bytes.' }),
    onSettled: () => queries.invalidateQueries({ queryKey: deliveriesKey }),
  });
  return (
    <>
      {sending.isError ? (
        <Notice role="alert" tone="no" title="It was not sent again">
          {sending.error.message}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Close</Button>
        </DialogClose>
        <Button
          variant="act"
          busy={sending.isPending}
          disabledReason={delivery.status === 'pending' ? 'It is on its way already' : null}
          onClick={() => sending.mutate()}
        >
          Send again
        </Button>
      </DialogActions>
    </>
  );
}
