import { isApiProblem } from '@/lib/client';

/** Why a run did not go on by hand, fit to be shown. */
export interface ResumeRefusal {
  title: string;
  says: string;
  /** The checkpoint's request, where that is what it waits for. */
  checkpointId: string | null;
}

/** What a checkpoint that was not approved is, and what follows from that. */
const STANDS: Readonly<Record<string, string>> = {
  pending: 'is still open: it goes on by itself when it is approved.',
  escalated: 'was escalated and is still open: it goes on by itself when it is approved.',
  rejected: 'was rejected, and its definition says what follows.',
  expired: 'has expired, and its definition says what follows.',
  cancelled: 'was cancelled, and its definition says what follows.',
};

/** Reads why a run was not resumed; names the checkpoint and how it stands. */
export function readRefusal(error: Error): ResumeRefusal {
  const title = 'The run did not go on';
  if (!isApiProblem(error, 'run/checkpoint-not-approved')) return { title, says: error.message, checkpointId: null };
  const { task_id: task, checkpoint_status: status, checkpoint_id: id } = error.members;
  const stands = typeof status === 'string' ? STANDS[status] : undefined;
  return {
    title: `${title}: ${typeof task === 'string' ? task : 'a checkpoint'} is not approved`,
    says: stands === undefined ? error.message : `The checkpoint ${stands}`,
    checkpointId: typeof id === 'string' ? id : null,
  };
}
