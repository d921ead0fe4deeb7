import { decide } from '@/lib/domain/approval';
import { type Bundle, type DatabaseRole, listBundles, listOpenRequestsOf, writeDecisions } from '@/lib/platform/db';
import { listOrphanedRequests } from '@/lib/platform/db/worker';
import { wakeWorkers } from '@/lib/platform/notify';
import { jobActor, toDecisionWrite } from '../requests';
import { RUNNER } from './event';

const BATCH = 200;
const MAX_ATTEMPTS = 8;
const REASON = 'Its run is over';

/** Cancels what a run that is over still asks for. What is decided at the same moment stays decided. */
export async function withdrawRequests(tenantId: string, runId: string): Promise<void> {
  await cancelAll('countersign_hot', await listOpenRequestsOf(tenantId, runId));
}

/**
 * Cancels what runs that are over still ask for, wherever a crash, or a task that failed beside it, has left something.
 * @returns how many were cancelled.
 */
export async function sweepOrphanedRequests(): Promise<number> {
  const orphans = await listOrphanedRequests(BATCH);
  return cancelAll(
    'countersign_worker',
    orphans.map(({ id }) => id),
  );
}

async function cancelAll(role: DatabaseRole, ids: readonly string[]): Promise<number> {
  let cancelled = 0;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && ids.length > 0; attempt++) {
    const bundles = await listBundles(role, ids);
    const writes = bundles.flatMap((bundle) => cancelOf(bundle) ?? []);
    if (writes.length === 0) break;
    const written = await writeDecisions(role, writes);
    cancelled += written.length;
    if (written.length === writes.length) break;
  }
  if (cancelled > 0) wakeWorkers();
  return cancelled;
}

function cancelOf(bundle: Bundle) {
  const actor = jobActor(bundle.request.tenantId, RUNNER.actor);
  const decided = decide(
    bundle.request,
    bundle.reviews,
    { type: 'cancel', reason: REASON },
    { actor, reviewer: null, at: bundle.at },
  );
  return decided.ok ? toDecisionWrite(bundle, decided.value, RUNNER) : null;
}
