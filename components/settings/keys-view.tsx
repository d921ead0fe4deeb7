'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
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
  return (
    <div className="grid gap-6">
      <PageHeader
        title="API keys"
        description="What software calls with. A key is shown once and stored as a hash."
        actions={<CreateKeyDialog viewer={viewer} />}
      />
      <Loaded query={query} what="The keys" loading={<SkeletonRows label="Loading keys" />}>
        {(data, stale) => (
          <>
            {stale}
            <Keys keys={rowsOf(data)} viewer={viewer} onRevoke={setRevoking} />
            {query.hasNextPage ? (
              <Button
                className="justify-self-center"
                busy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Show older keys
              </Button>
            ) : null}
          </>
        )}
      </Loaded>
      <RevokeKeyDialog revoking={revoking} onClose={() => setRevoking(null)} />
    </div>
  );
}

interface KeysProps {
  keys: readonly KeyResource[];
  viewer: KeysViewer;
  onRevoke: (key: KeyResource) => void;
}

/** What works, and behind it what does not any more. */
function Keys({ keys, viewer, onRevoke }: KeysProps) {
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
  return (
    <>
      <KeysTable label="API keys" keys={active} viewer={viewer} onRevoke={onRevoke} />
      {over.length > 0 ? (
        <details className="group grid gap-2">
          <summary className="w-fit rounded-control text-13 text-ink-2 hover:text-ink">
            Revoked and expired <span className="text-ink-3">{over.length}</span>
          </summary>
          <KeysTable label="Revoked and expired keys" keys={over} viewer={viewer} onRevoke={onRevoke} />
        </details>
      ) : null}
    </>
  );
}
