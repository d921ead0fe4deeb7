'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { api } from '@/components/live/api';
import { requestKeys, runKeys } from '@/components/live/query-keys';
import { requestQuery } from '@/components/request/use-request';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Notice } from '@/components/ui/notice';
import { isApiProblem } from '@/lib/client';
import type { RunResource } from '@/lib/contracts';
import { readRefusal } from './resume-words';

/** Runs go on by themselves within a second or two; only one that has not is offered a push. */
const BY_ITSELF_MS = 5000;

/** The button that drives a paused run on by hand, once it is approved and has not gone on; and why that was refused, if it was. */
export function Resume({ run }: { run: RunResource }) {
  const queries = useQueryClient();
  const { checkpoint_id: checkpointId, resume_token: token } = run;
  const { data: request } = useQuery({ ...requestQuery(checkpointId ?? ''), enabled: checkpointId !== null });
  const approvedAt = request?.status === 'approved' ? request.resolved_at : null;
  const isLate = useClock((nowMs) => approvedAt !== null && nowMs - Date.parse(approvedAt) > BY_ITSELF_MS);
  const resuming = useMutation({
    mutationFn: (sent: string) => api.resumeRun({ params: { id: run.run_id }, body: { resume_token: sent } }),
    onSuccess: (after) => queries.setQueryData(runKeys.one(run.run_id), after),
    // What was thought of the run or of its checkpoint may be old: what is read again says how it is.
    onSettled: () =>
      Promise.all(
        [runKeys.one(run.run_id), requestKeys.one(checkpointId ?? '')].map((queryKey) =>
          queries.invalidateQueries({ queryKey }),
        ),
      ),
  });
  if (run.status !== 'paused' || token === null) return null;
  // Somebody, or the run itself, was faster.
  if (resuming.isError && !isApiProblem(resuming.error, 'run/already-resumed')) {
    return <Refused error={resuming.error} onClose={resuming.reset} />;
  }
  if (!isLate) return null;
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

function Refused({ error, onClose }: { error: Error; onClose: () => void }) {
  const { title, says, checkpointId } = readRefusal(error);
  return (
    <Notice
      role="alert"
      tone="no"
      title={title}
      action={
        <Button size="sm" onClick={onClose}>
          Close
        </Button>
      }
    >
      {says}{' '}
      {checkpointId === null ? null : (
        <Link href={`/requests/${checkpointId}`} prefetch={false} className="rounded-mark text-act hover:underline">
          What is asked there
        </Link>
      )}
    </Notice>
  );
}
