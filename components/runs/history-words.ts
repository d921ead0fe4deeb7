import type { TimelineTone } from '@/components/ui/timeline';
import type { RunEventResource } from '@/lib/contracts';
import type { RunEventType } from '@/lib/domain/run';

interface Words {
  tone: TimelineTone;
  /** Who or what it is about; null: whoever did it. */
  about: 'task' | 'run' | 'actor';
  did: string;
}

/** Each event in words: a task's name and what became of it, or somebody and what they did. */
export const HISTORY_WORDS = {
  'run.started': { tone: 'plain', about: 'actor', did: 'started it' },
  'run.task_started': { tone: 'plain', about: 'task', did: 'began' },
  'run.task_succeeded': { tone: 'yes', about: 'task', did: 'is done' },
  'run.task_retried': { tone: 'open', about: 'task', did: 'is tried again' },
  'run.task_failed': { tone: 'no', about: 'task', did: 'failed' },
  'run.task_skipped': { tone: 'faded', about: 'task', did: 'was skipped' },
  'run.checkpoint_pending': { tone: 'open', about: 'task', did: 'waits for somebody' },
  'run.checkpoint_approved': { tone: 'yes', about: 'task', did: 'was approved' },
  'run.checkpoint_rejected': { tone: 'no', about: 'task', did: 'was not approved' },
  'run.checkpoint_expired': { tone: 'no', about: 'task', did: 'expired' },
  'run.paused': { tone: 'open', about: 'run', did: 'paused' },
  'run.resumed': { tone: 'act', about: 'run', did: 'went on' },
  'run.retried': { tone: 'act', about: 'actor', did: 'tried it again' },
  'run.succeeded': { tone: 'yes', about: 'run', did: 'succeeded' },
  'run.failed': { tone: 'no', about: 'run', did: 'failed' },
  'run.cancelled': { tone: 'faded', about: 'actor', did: 'cancelled it' },
} as const satisfies Record<RunEventType, Words>;

export interface HistoryEntry {
  seq: number;
  at: string;
  tone: TimelineTone;
  who: string;
  /** The name is a task's, which is written as code. */
  isTask: boolean;
  did: string;
  reason: string | null;
}

/**
 * The history of a run in words, newest first. Of a task that was over in the moment in which it began, only that it is done is said: what
 * only computes would fill the history with its beginnings.
 */
export function toHistory(events: readonly RunEventResource[]): HistoryEntry[] {
  const doneAt = new Set(events.flatMap((event) => (event.type === 'run.task_succeeded' ? [momentOf(event)] : [])));
  return events
    .filter((event) => event.type !== 'run.task_started' || !doneAt.has(momentOf(event)))
    .map(toEntry)
    .toReversed();
}

function momentOf({ task_id, timestamp }: RunEventResource): string {
  return `${task_id} ${timestamp}`;
}

function toEntry(event: RunEventResource): HistoryEntry {
  const { tone, about, did }: Words = HISTORY_WORDS[event.type];
  const task = about === 'task' && event.task_id !== null;
  const on = about === 'actor' && event.task_id !== null ? `, from ${event.task_id}` : '';
  const by = event.type === 'run.resumed' && event.actor_type !== 'job' ? `, by ${event.actor_name}` : '';
  return {
    seq: event.seq,
    at: event.timestamp,
    tone,
    who: task ? (event.task_id ?? '') : about === 'actor' ? event.actor_name : 'The run',
    isTask: task,
    did: `${did}${on}${by}`,
    reason: event.reason,
  };
}
