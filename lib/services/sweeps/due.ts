import { type Command, decide } from '@/lib/domain/approval';
import { type Bundle, type DecisionWrite, listDueBundles, writeDecisions } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { metrics } from '@/lib/platform/metrics';
import { ESCALATION_WORKER, type EventActor, EXPIRY, jobActor, toDecisionWrite } from '../requests';

/** Requests read and written at once. */
const BATCH = 500;

interface Sweep {
  who: EventActor;
  command: Command;
  event: string;
}

const SWEEPS = {
  expire: { who: EXPIRY, command: { type: 'expire' }, event: 'approval.expired' },
  escalate: {
    who: ESCALATION_WORKER,
    command: { type: 'escalate', reason: 'Nobody decided in time' },
    event: 'approval.escalated',
  },
} as const satisfies Record<string, Sweep>;

/**
 * Moves every request whose time to expire, or to escalate, has come: the same decision and the same writer as a person's. Each moves
 * one step; workers that sweep at once share the work.
 * @returns how many were moved by this call.
 */
export async function sweepDue(kind: keyof typeof SWEEPS): Promise<number> {
  const { who, command, event } = SWEEPS[kind];
  let moved = 0;
  for (;;) {
    const bundles = await listDueBundles(kind, BATCH);
    const writes = bundles.flatMap((bundle) => decideFor(bundle, command, who) ?? []);
    const written = writes.length === 0 ? [] : await writeDecisions('countersign_worker', writes, { skipLocked: true });
    moved += written.length;
    metrics().sweeps.inc({ kind }, written.length);
    metrics().decisions.inc({ event }, written.length);
    // What is left is held by somebody else, or being decided: the next tick sees.
    if (bundles.length < BATCH || written.length === 0) break;
  }
  if (moved > 0) logger().info({ kind, moved }, 'swept');
  return moved;
}

/** The decision, ready to be written; null when the request does not take it (any more). */
function decideFor(bundle: Bundle, command: Command, who: EventActor): DecisionWrite | null {
  const actor = jobActor(bundle.request.tenantId, who.actor);
  const decided = decide(bundle.request, bundle.reviews, command, { actor, reviewer: null, at: bundle.at });
  return decided.ok ? toDecisionWrite(bundle, decided.value, who) : null;
}
