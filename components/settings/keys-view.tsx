'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import type { KeyResource } from '@/lib/contracts';
import { CreateKeyDialog } from './keys-create-dialog';
import { RevokeKeyDialog } from './keys-revoke-dialog';
import { keyState } from './keys-state';
import { KeysTable } from './keys-table';
import type { KeysViewer } from './keys-viewer';
import { keysQuery, rowsOf } from './settings-queries';

/** Which software may call, as what, and until when. */
export function KeysView({ viewer }: { viewer: KeysViewer }) {
  const query = useInfiniteQuery(keysQuery);
  const [revoking, setRevoking] = useState<KeyResource | null>(null);
  const keys = rowsOf(query.data);
  // One text, so that the page renders again only when a key ends.
  const ended = new Set(
    useClock((now) =>
      keys
        .filter((key) => keyState(key, now) !== 'active')
        .map((key) => key.key_id)
        .join(' '),
    ).split(' '),
  );
  const active = keys.filter((key) => !ended.has(key.key_id));
  const over = keys.filter((key) => ended.has(key.key_id));
  const createButton = <CreateKeyDialog viewer={viewer} />;
  return (
    <div className="grid gap-6">
      <PageHeader
        title="API keys"
        description="What software calls with. A key is shown once and stored as a hash."
        actions={createButton}
      />
      {query.isError ? (
        <Notice
          role="alert"
          tone="no"
          title="The keys could not be read again"
          action={
            <Button size="sm" busy={query.isFetching} onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          {query.error.message} What is shown may be old.
        </Notice>
      ) : null}
      <KeysTable label="API keys" keys={active} viewer={viewer} onRevoke={setRevoking} />
      {over.length > 0 ? (
        <details className="group grid gap-2">
          <summary className="w-fit rounded-control text-13 text-ink-2 hover:text-ink">
            Revoked and expired <span className="text-ink-3">{over.length}</span>
          </summary>
          <KeysTable label="Revoked and expired keys" keys={over} viewer={viewer} onRevoke={setRevoking} />
        </details>
      ) : null}
      {query.hasNextPage ? (
        <Button
          className="justify-self-center"
          busy={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older keys
        </Button>
      ) : null}
      <RevokeKeyDialog revoking={revoking} onClose={() => setRevoking(null)} />
    </div>
  );
}
