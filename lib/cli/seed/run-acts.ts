import { StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { commandCheckpoint } from '@/lib/services/requests';
import { driveRuns, getRun, startRun } from '@/lib/services/runs';
import type { Act } from './acts';

/** Starts a run, which goes as far as it goes by itself. Returns its id. */
export async function beginRun({ dag, params }: Extract<Act, { does: 'start' }>, by: Actor): Promise<string> {
  const body = StartRunBody.parse({ tenant_id: by.tenantId, dag_name: dag, params });
  return (await startRun(by, body, NO_CALL)).run_id;
}

/** Decides what a run waits for, and lets it go on as the worker does. */
export async function answerRun(
  act: Extract<Act, { does: 'sign' | 'refuse' }>,
  runId: string,
  by: Actor,
): Promise<void> {
  const { checkpoint_id: checkpoint } = await getRun(by, runId);
  if (checkpoint === null) throw new Error(`Run ${act.run} waits for nobody`);
  if (act.does === 'sign')
    await commandCheckpoint(by, checkpoint, { type: 'approve', notes: act.text }, NO_CALL, act.data);
  else await commandCheckpoint(by, checkpoint, { type: 'reject', notes: act.text }, NO_CALL, null);
  await driveRuns(new AbortController().signal);
}
