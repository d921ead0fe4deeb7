import { canonicalJson } from '@/lib/domain/audit';
import type { RunEventType, RunStatusName } from '@/lib/domain/run';
import { newId } from '@/lib/platform/crypto';
import type { RunEventWrite, RunInsert, RunRow } from '@/lib/platform/db';
import type { EventActor } from '../requests';

/** Who moves runs where nobody does by hand. */
export const RUNNER: EventActor = { actor: 'runner', actor_type: 'job', actor_id: 'runner', actor_name: 'Runner' };

/** Every field of an event of a run but its time and its place in the chain. */
export interface RunEventFields extends EventActor {
  event_id: string;
  tenant_id: string;
  subject_id: string;
  subject_kind: 'run';
  seq: number;
  type: RunEventType;
  version: 1;
  from_status: RunStatusName | null;
  to_status: RunStatusName;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
}

/** What happened, in the words of whoever notes it down. */
export interface Happened {
  type: RunEventType;
  taskId?: string;
  reason?: string | null;
  data?: Record<string, unknown>;
}

/** The history that a change of a run adds. */
export interface History {
  /** Notes what happened; `to` is the run's status from then on. */
  note: (happened: Happened, to?: RunStatusName) => void;
  status: () => RunStatusName;
  events: readonly RunEventWrite[];
}

/** A history that goes on from where a run is: numbers its events and follows its status from one to the next. */
export function historyFrom(
  run: Pick<RunRow, 'run_id' | 'tenant_id' | 'seq' | 'trace_id' | 'status'>,
  who: EventActor,
): History {
  const events: RunEventWrite[] = [];
  let status = run.status;
  return {
    events,
    status: () => status,
    note: ({ type, taskId, reason = null, data = {} }, to = status) => {
      const fields = toFields(run, who, run.seq + events.length + 1, {
        type,
        from_status: status,
        to_status: to,
        reason,
        data: taskId === undefined ? data : { task_id: taskId, ...data },
      });
      events.push({ ...fields, canonical: canonicalRunEvent(fields) });
      status = to;
    },
  };
}

/** The first event of a run, ready for `insertRun`. */
export function toFirstEvent(
  run: Pick<RunRow, 'run_id' | 'tenant_id' | 'trace_id'>,
  who: EventActor,
  data: Record<string, unknown>,
): RunInsert['event'] {
  const type = 'run.started';
  const fields = toFields(run, who, 1, { type, from_status: null, to_status: 'running', reason: null, data });
  return { ...fields, canonical: canonicalRunEvent(fields) };
}

function toFields(
  run: Pick<RunRow, 'run_id' | 'tenant_id' | 'trace_id'>,
  who: EventActor,
  seq: number,
  what: Pick<RunEventFields, 'type' | 'from_status' | 'to_status' | 'reason' | 'data'>,
): RunEventFields {
  return {
    ...who,
    ...what,
    event_id: newId('event'),
    tenant_id: run.tenant_id,
    subject_id: run.run_id,
    subject_kind: 'run',
    seq,
    version: 1,
    trace_id: run.trace_id,
  };
}

/** The text that is hashed into the chain: RFC 8785 JSON of every field but the time. */
export function canonicalRunEvent(fields: RunEventFields): string {
  return canonicalJson(fields);
}
