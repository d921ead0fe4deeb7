import { decide, reachability } from '@/lib/domain/approval';
import {
  type Bundle,
  type DecisionWrite,
  listBundles,
  listReviewers,
  type NamedReviewer,
  writeDecisions,
} from '@/lib/platform/db';
import { listPendingIds, listTenantsToCheck, markChecked } from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { metrics } from '@/lib/platform/metrics';
import { ESCALATION_WORKER, jobActor, toDecisionWrite } from '../requests';

const BATCH = 500;
const MAX_ATTEMPTS = 5;

/**
 * Wherever people have changed: escalates, at once and with the reason, the pending requests that nobody can finish any more.
 * @returns how many were escalated.
 */
export async function sweepReachability(): Promise<number> {
  let moved = 0;
  for (const { tenantId, peopleVersion } of await listTenantsToCheck()) {
    moved += await checkTenant(tenantId);
    // People who changed meanwhile have raised the version beyond this one, so the tenant is checked again.
    await markChecked(tenantId, peopleVersion);
  }
  return moved;
}

async function checkTenant(tenantId: string): Promise<number> {
  const people = await listReviewers(tenantId);
  let moved = 0;
  let after: string | null = null;
  for (;;) {
    const ids: string[] = await listPendingIds(tenantId, after, BATCH);
    const last = ids.at(-1);
    if (last === undefined) break;
    moved += await escalateStranded(ids, people);
    after = last;
  }
  if (moved > 0) logger().info({ tenant_id: tenantId, moved }, 'escalated what nobody can finish any more');
  return moved;
}

/** What changes while it is being decided is read and decided again. */
async function escalateStranded(ids: readonly string[], people: readonly NamedReviewer[]): Promise<number> {
  let moved = 0;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const bundles = await listBundles('countersign_worker', ids);
    const writes = bundles.flatMap((bundle) => escalateIfStranded(bundle, people) ?? []);
    if (writes.length === 0) return moved;
    const written = await writeDecisions('countersign_worker', writes);
    moved += written.length;
    metrics().sweeps.inc({ kind: 'unreachable' }, written.length);
    metrics().decisions.inc({ event: 'approval.escalated' }, written.length);
    if (written.length === writes.length) return moved;
  }
  throw new Error('Requests keep changing while they are checked against the people who may decide them');
}

function escalateIfStranded(bundle: Bundle, people: readonly NamedReviewer[]): DecisionWrite | null {
  const { request, reviews } = bundle;
  if (request.status !== 'pending') return null;
  const verdict = reachability(request, people);
  if (verdict.reachable) return null;
  const decided = decide(
    request,
    reviews,
    { type: 'escalate', reason: `Nobody can finish this request any more. ${verdict.missing}` },
    { actor: jobActor(request.tenantId, ESCALATION_WORKER.actor), reviewer: null, at: bundle.at },
  );
  // It is not its time that has come, so only expiry limits it.
  return decided.ok ? toDecisionWrite(bundle, { ...decided.value, timing: 'before_expiry' }, ESCALATION_WORKER) : null;
}
