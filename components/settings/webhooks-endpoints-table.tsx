'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { EllipsisIcon } from 'lucide-react';
import { api } from '@/components/live/api';
import { Badge } from '@/components/ui/badge';
import { Button, IconButton } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/dropdown-menu';
import { EmptyState } from '@/components/ui/empty-state';
import { Countdown } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { EndpointResource } from '@/lib/contracts';
import { deliveriesKey, endpointsKey } from './webhooks-query-keys';
import { describeSchedule, writeSchedule } from './webhooks-schedule';
import type { EndpointTask } from './webhooks-view';
import { describeTypes, hostOf } from './webhooks-words';

interface EndpointsTableProps {
  endpoints: readonly EndpointResource[];
  onTask: (task: EndpointTask) => void;
}

/** The registered endpoints, the newest first. */
export function EndpointsTable({ endpoints, onTask }: EndpointsTableProps) {
  return (
    <Table
      label="Webhook endpoints"
      columns={columnsFor(onTask)}
      rows={endpoints}
      rowKey={(endpoint) => endpoint.endpoint_id}
      empty={
        <EmptyState title="Nobody is told yet">
          Add the address of a system that should hear when requests are made, decided or run out. A caller can also
          name a webhook of its own with a request.
        </EmptyState>
      }
    />
  );
}

function columnsFor(onTask: EndpointsTableProps['onTask']): Column<EndpointResource>[] {
  return [
    {
      key: 'url',
      header: 'Endpoint',
      rowHeader: true,
      cell: (endpoint) => (
        <div className="grid">
          <span className="font-mono text-12 [overflow-wrap:anywhere]">
            <VisibleText text={endpoint.url} />
          </span>
          {endpoint.description ? (
            <span className="font-normal text-12 text-ink-3">
              <VisibleText text={endpoint.description} />
            </span>
          ) : null}
        </div>
      ),
    },
    {
      key: 'types',
      header: 'Hears of',
      width: 'w-44',
      cell: ({ event_types: types }) => <span title={types.join(', ')}>{describeTypes(types)}</span>,
    },
    {
      key: 'retries',
      header: 'Tried again after',
      width: 'w-36',
      cell: ({ retry_schedule_seconds: seconds }) => (
        <span title={describeSchedule(seconds)}>{writeSchedule(seconds)} s</span>
      ),
    },
    { key: 'secret', header: 'Secret', width: 'w-40', cell: (endpoint) => <Secret endpoint={endpoint} /> },
    { key: 'state', header: 'State', width: 'w-36', cell: (endpoint) => <State endpoint={endpoint} /> },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-32',
      cell: (endpoint) => <Actions endpoint={endpoint} onTask={onTask} />,
    },
  ];
}

/** By which secret deliveries are signed: its version, and its fingerprint to compare. */
function Secret({ endpoint }: { endpoint: EndpointResource }) {
  const { previous_secret_expires_at: until } = endpoint;
  const overlaps = useClock((now) => until !== null && Date.parse(until) > now);
  return (
    <div className="grid">
      <span title={`SHA-256 ${endpoint.secret_fingerprint}`}>
        Version {endpoint.secret_version}{' '}
        <code className="font-mono text-12 text-ink-3">{endpoint.secret_fingerprint.slice(0, 8)}</code>
      </span>
      {overlaps && until !== null ? (
        <span className="text-12 text-ink-3">
          The one before signs too, for <Countdown at={until} heated={false} />
        </span>
      ) : null}
    </div>
  );
}

function State({ endpoint: { status, disabled_reason: reason } }: { endpoint: EndpointResource }) {
  return status === 'enabled' ? (
    <Badge tone="yes" shape={<span aria-hidden="true" className="size-1.5 rounded-full bg-current" />}>
      Enabled
    </Badge>
  ) : (
    <div className="grid justify-items-start gap-0.5">
      <Badge tone="no" shape={<span aria-hidden="true" className="size-1.5 rotate-45 border-current border-b-2" />}>
        Disabled
      </Badge>
      {reason ? <span className="text-12 text-ink-3">{reason}</span> : null}
    </div>
  );
}

function Actions({ endpoint, onTask }: { endpoint: EndpointResource; onTask: EndpointsTableProps['onTask'] }) {
  const { endpoint_id: id, status, url } = endpoint;
  const testing = useTest(endpoint);
  const switching = useSwitch(endpoint);
  const off = status === 'disabled';
  return (
    <span className="flex items-center gap-1 rail:-my-1 rail:justify-end">
      <Button
        size="sm"
        busy={testing.isPending}
        disabledReason={off ? 'Nothing is sent while it is disabled' : null}
        onClick={() => testing.mutate()}
      >
        Test
        <span className="sr-only"> {hostOf(url)}</span>
      </Button>
      <Menu
        align="end"
        trigger={
          <IconButton label={`More for ${hostOf(url)}`} hint={false} busy={switching.isPending}>
            <EllipsisIcon className="size-4" aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => onTask({ do: 'change', endpoint })}>Change</MenuItem>
        <MenuItem onSelect={() => onTask({ do: 'rotate', endpoint })}>Rotate the secret</MenuItem>
        <MenuItem onSelect={() => switching.mutate(off ? 'enabled' : 'disabled')}>
          {off ? 'Enable' : 'Disable'}
        </MenuItem>
        <MenuItem onSelect={() => void navigator.clipboard?.writeText(id).then(() => toast.success('Id copied'))}>
          Copy its id
        </MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" onSelect={() => onTask({ do: 'remove', endpoint })}>
          Remove
        </MenuItem>
      </Menu>
    </span>
  );
}

/** Sends a delivery that says nothing but that it is one; what came of it shows in the log. */
function useTest({ endpoint_id: id, url }: EndpointResource) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.testEndpoint({ params: { id } }),
    onSuccess: () =>
      toast.success('A test is on its way', { description: `To ${hostOf(url)}. The log says what came of it.` }),
    onError: (error) => toast.error('No test was sent', { description: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: deliveriesKey }),
  });
}

function useSwitch({ endpoint_id: id, url }: EndpointResource) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (status: EndpointResource['status']) => api.updateEndpoint({ params: { id }, body: { status } }),
    onSuccess: ({ status }) =>
      status === 'enabled'
        ? toast.success(`${hostOf(url)} is told again`, { description: 'From the next event on.' })
        : toast.success(`${hostOf(url)} is told nothing any more`, { description: 'What was still due ends with it.' }),
    onError: (error) => toast.error('It stayed as it was', { description: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: endpointsKey }),
  });
}
