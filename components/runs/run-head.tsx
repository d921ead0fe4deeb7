'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import { dagHref } from '@/components/dags/dags-words';
import { api } from '@/components/live/api';
import { runKeys } from '@/components/live/query-keys';
import { requestQuery } from '@/components/request/use-request';
import type { Viewer } from '@/components/request/viewer';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { RunResource } from '@/lib/contracts';
import { RunStatusBadge } from './run-status';
import { describeRun, isLive, tookWords } from './run-words';
import { SteerDialog } from './steer-dialog';

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
              started by <VisibleText text={run.requested_by} /> · <RelativeTime at={run.created_at} />
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

/** Runs go on by themselves within a second or two; only one that has not is offered a push. */
const BY_ITSELF_MS = 5000;

function Resume({ run }: { run: RunResource }) {
  const queries = useQueryClient();
  const { data: request } = useQuery({
    ...requestQuery(run.checkpoint_id ?? ''),
    enabled: run.checkpoint_id !== null,
  });
  const approvedAt = request?.status === 'approved' ? request.resolved_at : null;
  const isLate = useClock((nowMs) => approvedAt !== null && nowMs - Date.parse(approvedAt) > BY_ITSELF_MS);
  const resuming = useMutation({
    mutationFn: (token: string) => api.resumeRun({ params: { id: run.run_id }, body: { resume_token: token } }),
    onSuccess: (after) => queries.setQueryData(runKeys.one(run.run_id), after),
    onError: (error) => {
      // Somebody, or the run itself, was faster: what is read again says so.
      if (isApiProblem(error, 'run/already-resumed')) return;
      toast.error('The run did not go on', { description: error.message });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: runKeys.one(run.run_id) }),
  });
  const { resume_token: token } = run;
  if (run.status !== 'paused' || !isLate || token === null) return null;
  return (
    <Notice
      tone="act"
      title="Approved, and not yet gone on"
      action={
        <Button size="sm" variant="act" busy={resuming.isPending} onClick={() => resuming.mutate(token)}>
          Resume now
        </Button>
      }
    >
      Runs go on by themselves. This one has not, perhaps because no worker is there.
    </Notice>
  );
}
