'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { LinkTabs } from '@/components/ui/tabs';
import { rowsOf } from './settings-queries';
import { AddEndpointDialog } from './webhooks-add-dialog';
import { DeliveriesLog } from './webhooks-deliveries';
import { Endpoints } from './webhooks-endpoints';
import { readFilters, readTab, webhooksHref } from './webhooks-filters';
import { endpointsQuery } from './webhooks-queries';

/** Who is told what happens to requests, and whether it arrived. */
export function WebhooksView({ tenantId }: { tenantId: string }) {
  const params = useSearchParams();
  const tab = readTab(params);
  const query = useInfiniteQuery(endpointsQuery);
  const endpoints = rowsOf(query.data);
  const count = `${endpoints.length}${query.hasNextPage ? '+' : ''}`;
  return (
    <div className="grid gap-6">
      <div className="grid gap-1">
        <PageHeader
          title="Webhooks"
          description="Who is told what happens to requests"
          actions={<AddEndpointDialog tenantId={tenantId} />}
        />
        <LinkTabs
          label="Webhooks"
          tabs={[
            { href: webhooksHref('endpoints'), label: 'Endpoints', count, current: tab === 'endpoints' },
            { href: webhooksHref('deliveries'), label: 'Deliveries', current: tab === 'deliveries' },
          ]}
          onNavigate={(href) => window.history.pushState(null, '', href)}
          className="border-b"
        />
      </div>
      <Loaded query={query} what="The endpoints" loading={<SkeletonRows label="Loading endpoints" />}>
        {(_, stale) => (
          <>
            {stale}
            {tab === 'deliveries' ? (
              <DeliveriesLog filters={readFilters(params)} endpoints={endpoints} />
            ) : (
              <Endpoints endpoints={endpoints} />
            )}
            {tab === 'endpoints' && query.hasNextPage ? (
              <Button
                className="justify-self-center"
                busy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Show older endpoints
              </Button>
            ) : null}
          </>
        )}
      </Loaded>
    </div>
  );
}
