'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { dagHref } from '@/components/dags/dags-words';
import { requestQuery } from '@/components/request/use-request';
import type { Viewer } from '@/components/request/viewer';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { VisibleText } from '@/components/ui/visible-text';
import type { RunResource } from '@/lib/contracts';
import { Resume } from './resume';
import { RunStatusBadge } from './run-status';
import { describeRun, tookWords } from './run-words';
import { SteerDialog } from './steer-dialog';
import { isLive } from './task-state';

interface RunHeadProps {
  run: RunResource;
  viewer: Viewer;
  onDecide: (taskId: string) => void;
}

/** What runs, how it stands, and what can be done with the whole of it. */
export function RunHead({ run, viewer, onDecide }: RunHeadProps) {
  const [cancelling, setCancelling] = useState(false);
  const maySteer = viewer.permissions.includes('runs:write');
  const took = tookWords(run.created_at, run.finished_at);
  return (
    <div className="grid gap-4">
      <PageHeader
        large
        title={<VisibleText text={run.dag_name} />}
        meta={
          <>
            <RunStatusBadge status={run.status} />
            <span>
              started by <VisibleText text={run.requested_by} /> · <RelativeTime at={run.created_at} /> ago
              {took === null ? null : ` · took ${took}`}
            </span>
            <ShortId id={run.run_id} what="run id" />
          </>
        }
        actions={
          run.may_cancel && isLive(run.status) ? (
            <Button variant="danger" onClick={() => setCancelling(true)}>
              Cancel run
            </Button>
          ) : null
        }
      />
      <p className="max-w-[64ch] text-ink-2 [overflow-wrap:anywhere]">
        {describeRun(run)} <Origin run={run} />
      </p>
      <Why run={run} />
      <Waits run={run} onDecide={onDecide} />
      {maySteer ? <Resume run={run} /> : null}
      <SteerDialog act="cancel" run={run} taskId={null} open={cancelling} onClose={() => setCancelling(false)} />
    </div>
  );
}

function Origin({ run }: { run: RunResource }) {
  if (run.dag_version === null) return 'Its definition came with it.';
  return (
    <>
      It runs{' '}
      <Link
        href={dagHref(run.dag_name, run.dag_version)}
        prefetch={false}
        className="rounded-mark text-act hover:underline"
      >
        version {run.dag_version} of its definition
      </Link>
      .
    </>
  );
}

function Why({ run: { status, reason } }: { run: RunResource }) {
  if (reason === null || isLive(status)) return null;
  return (
    <Notice
      tone={status === 'failed' ? 'no' : 'neutral'}
      title={status === 'failed' ? 'Why it failed' : 'Why it ended'}
    >
      <VisibleText text={reason} />
    </Notice>
  );
}

/** What somebody must decide before it goes on, one line for each. */
function Waits({ run, onDecide }: Pick<RunHeadProps, 'run' | 'onDecide'>) {
  const waiting = run.tasks.filter(({ status, request_id }) => status === 'waiting' && request_id !== null);
  return waiting.map((task) => (
    <Waiting key={task.id} taskId={task.id} requestId={task.request_id ?? ''} onDecide={onDecide} />
  ));
}

interface WaitingProps {
  taskId: string;
  requestId: string;
  onDecide: (taskId: string) => void;
}

function Waiting({ taskId, requestId, onDecide }: WaitingProps) {
  const { data: request } = useQuery(requestQuery(requestId));
  return (
    <Notice
      tone="open"
      title={<VisibleText text={request?.title ?? 'Somebody has to decide'} />}
      action={
        <Button size="sm" onClick={() => onDecide(taskId)}>
          Look at it<span className="sr-only"> at {taskId}</span>
        </Button>
      }
    >
      Nothing that depends on <code className="font-mono text-12">{taskId}</code> begins before somebody decides.
    </Notice>
  );
}
