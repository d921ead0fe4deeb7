'use client';

import { useEffect, useRef } from 'react';
import { useLive } from '@/components/live/live-provider';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { describeEnding } from './refusal';
import type { Viewer } from './viewer';

/** Tells who cannot see it that somebody else has ended the request they are looking at; what one does oneself is told anyway. */
export function useAnnounceEnding(request: ApprovalRequestResource, viewer: Viewer): void {
  const { announce } = useLive();
  const { status, title, resolved_by: by } = request;
  const before = useRef(status);
  const ending = describeEnding(request);
  useEffect(() => {
    if (before.current === status) return;
    before.current = status;
    if (ending !== null && by !== viewer.userId) announce(`${ending}: ${title}`);
  }, [status, ending, by, title, viewer.userId, announce]);
}
