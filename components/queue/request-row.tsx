'use client';

import Link from 'next/link';
import { type MouseEvent, type ReactNode, useId } from 'react';
import { actionsOn, stateAt } from '@/components/request/actions';
import { actingParty } from '@/components/request/consequence';
import type { Viewer } from '@/components/request/viewer';
import { cx } from '@/components/ui/class-names';
import { useClock } from '@/components/ui/clock';
import { LevelGlyph } from '@/components/ui/level';
import { Countdown, RelativeTime } from '@/components/ui/relative-time';
import { SignatureMark } from '@/components/ui/signature-mark';
import { toSignatureSlots } from '@/components/ui/signature-slots';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';

interface RowProps {
  request: ApprovalRequestResource;
  viewer: Viewer;
  selected: boolean;
  /** Takes the click where the request is shown beside the list; otherwise the link leads to its page. */
  onSelect: ((id: string) => void) | null;
  /** The heading of the group that begins with this row. */
  heading: ReactNode;
}

/** One request in the list: its signature line, small, what is asked, by whom, and how long there is. */
export function RequestRow({ request, viewer, selected, onSelect, heading }: RowProps) {
  const titleId = useId();
  const isUp = useClock((nowMs) => nowMs >= Date.parse(request.expires_at));
  const nowMs = isUp ? Number.POSITIVE_INFINITY : 0;
  const state = stateAt(request, nowMs);
  const canSign = actionsOn(request, viewer, nowMs).approve.able;
  const slots = toSignatureSlots({ ...request, status: state }, { canSign, level: viewer.level });
  const open = isOpen(state);
  const onClick = (event: MouseEvent) => {
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (onSelect === null || elsewhere) return;
    event.preventDefault();
    onSelect(request.request_id);
  };
  return (
    <li aria-labelledby={titleId} data-request={request.request_id} className="group">
      {heading}
      <Link
        href={`/requests/${request.request_id}`}
        prefetch={false}
        onClick={onClick}
        aria-current={selected ? 'true' : undefined}
        className={cx(
          'relative grid grid-cols-[1.625rem_minmax(0,1fr)_auto] gap-x-2.5 px-4 py-row focus-visible:-outline-offset-2',
          'before:absolute before:top-0 before:right-4 before:left-13 before:border-t',
          heading !== null && 'before:hidden',
          'hover:bg-sunk split:aria-[current=true]:bg-act-soft',
          'after:absolute after:inset-y-0 after:left-0 after:hidden after:w-0.75 after:bg-act split:aria-[current=true]:after:block',
        )}
      >
        <SignatureMark status={state} slots={slots} />
        <span id={titleId} className={cx('truncate font-medium', !open && 'text-ink-2')}>
          <VisibleText text={request.title} />
        </span>
        {open ? (
          <Countdown at={request.expires_at} className="text-12 leading-5" />
        ) : (
          <RelativeTime at={request.resolved_at ?? request.expires_at} className="text-12 text-ink-3 leading-5" />
        )}
        <span className="col-start-2 col-end-4 flex items-baseline gap-1.5 text-12 text-ink-3">
          <span className="min-w-0 truncate">
            {request.checkpoint === null ? (
              <>
                <VisibleText text={actingParty(request)} /> ·{' '}
              </>
            ) : null}
            <VisibleText text={request.skill_id} />
            {request.run === null ? null : request.kind === 'checkpoint' ? ' · checkpoint of a run' : ' · in a run'}
            {state === 'escalated' ? (
              <>
                {' · escalated'}
                {request.escalate_to ? (
                  <>
                    {' to '}
                    <VisibleText text={request.escalate_to} />
                  </>
                ) : null}
              </>
            ) : null}
          </span>
          <LevelGlyph level={request.required_level} />
        </span>
      </Link>
    </li>
  );
}
