'use client';

import type { Viewer } from '@/components/request/viewer';
import { useClock, useTimeZone } from '@/components/ui/clock';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { View } from './filters';
import { groupRequests } from './groups';
import { RequestRow } from './request-row';

const MINUTE_MS = 60_000;

interface ListProps {
  view: View;
  requests: readonly ApprovalRequestResource[];
  viewer: Viewer;
  selected: string | null;
  onSelect: ((id: string) => void) | null;
}

/** The requests, in groups by when they are due or when they ended. One list: the groups are headings inside it. */
export function RequestList({ view, requests, viewer, selected, onSelect }: ListProps) {
  const timeZone = useTimeZone();
  // Groups change by the minute; rows tick by themselves.
  const nowMs = useClock((now) => Math.floor(now / MINUTE_MS) * MINUTE_MS);
  const groups = groupRequests(view, requests, { nowMs, timeZone });
  return (
    <ul aria-label="Requests">
      {groups.flatMap(({ label, hint, requests: members }) =>
        members.map((request, index) => (
          <RequestRow
            key={request.request_id}
            request={request}
            viewer={viewer}
            selected={request.request_id === selected}
            onSelect={onSelect}
            heading={index === 0 ? <Heading label={label} hint={hint} /> : null}
          />
        )),
      )}
    </ul>
  );
}

function Heading({ label, hint }: { label: string; hint: string | null }) {
  return (
    <div className="flex justify-between gap-4 px-4 pt-3.5 pb-1.5 text-12 text-ink-3">
      <h2>{label}</h2>
      {hint === null ? null : <span>{hint}</span>}
    </div>
  );
}
