import type { ReactNode } from 'react';
import { Badge, type Tone } from '@/components/ui/badge';
import { cx } from '@/components/ui/class-names';
import { StatusShape } from '@/components/ui/status';
import type { RunStatusName } from '@/lib/domain/run';
import type { ShownTask, TaskState } from './task-state';

interface Look {
  word: string;
  tone: Tone;
  /** Drawn in a 10 × 10 box with the current colour. */
  shape: ReactNode;
}

const CHECK = <path d="M1.2 5.4 4 8.2 8.8 2" />;
const CROSS = <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" />;
const ALARM = <path d="M5 1v5M5 9v.01" />;
const DASH = <path d="M1 5h8" />;
const ARROW = <path d="M1.5 1.2 8.5 5 1.5 8.8z" />;
const PAUSE = <path d="M2.6 1.4v7.2M7.4 1.4v7.2" />;
const RING = <circle cx="5" cy="5" r="3.75" />;
const PAUSE_DOTS = <path d="M1.6 5h.01M5 5h.01M8.4 5h.01" />;
const AGAIN = <path d="M8.4 2.2v2.4H6M8.2 4.4A3.7 3.7 0 1 0 8.4 6.6" />;
const STRUCK = (
  <>
    <circle cx="5" cy="5" r="3.75" />
    <path d="M2.4 7.6 7.6 2.4" />
  </>
);
const DOTS = <circle cx="5" cy="5" r="3.75" strokeDasharray="0.1 2.85" />;

/** How each state of a run looks: a hue, a shape and a word, always together. */
export const RUN_LOOKS = {
  running: { word: 'Running', tone: 'act', shape: ARROW },
  paused: { word: 'Paused', tone: 'open', shape: PAUSE },
  succeeded: { word: 'Succeeded', tone: 'yes', shape: CHECK },
  failed: { word: 'Failed', tone: 'no', shape: ALARM },
  cancelled: { word: 'Cancelled', tone: 'neutral', shape: DASH },
} as const satisfies Record<RunStatusName, Look>;

/** How each state of a task looks. */
export const TASK_LOOKS = {
  pending: { word: 'Not yet', tone: 'neutral', shape: DOTS },
  unreached: { word: 'Not reached', tone: 'neutral', shape: DOTS },
  running: { word: 'Running', tone: 'act', shape: ARROW },
  queued: { word: 'Waits for a worker', tone: 'act', shape: PAUSE_DOTS },
  retrying: { word: 'Tried again later', tone: 'act', shape: AGAIN },
  waiting: { word: 'Waiting', tone: 'open', shape: RING },
  succeeded: { word: 'Done', tone: 'yes', shape: CHECK },
  failed: { word: 'Failed', tone: 'no', shape: ALARM },
  skipped: { word: 'Skipped', tone: 'neutral', shape: DASH },
  rejected: { word: 'Not approved', tone: 'no', shape: CROSS },
  cancelled: { word: 'Cancelled', tone: 'neutral', shape: STRUCK },
} as const satisfies Record<TaskState, Look>;

/** A run's state. */
export function RunStatusBadge({ status }: { status: RunStatusName }) {
  const { word, tone, shape } = RUN_LOOKS[status];
  return (
    <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>}>
      {word}
    </Badge>
  );
}

/** What a checkpoint's state is called: somebody approves it, and a run that ends withdraws it. */
const CHECKPOINT_WORDS: Partial<Record<TaskState, string>> = { succeeded: 'Approved', cancelled: 'Withdrawn' };

/** The word for a task's state. */
export function taskWord({ state, type }: Pick<ShownTask, 'state' | 'type'>): string {
  return (type === 'checkpoint' ? CHECKPOINT_WORDS[state] : undefined) ?? TASK_LOOKS[state].word;
}

/** A task's state. */
export function TaskStatusBadge({ task }: { task: Pick<ShownTask, 'state' | 'type'> }) {
  const { tone, shape } = TASK_LOOKS[task.state];
  return (
    <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>}>
      {taskWord(task)}
    </Badge>
  );
}

export const TONE_INKS = {
  neutral: 'text-ink-3',
  act: 'text-act',
  open: 'text-open',
  esc: 'text-esc',
  yes: 'text-yes',
  no: 'text-no',
} as const satisfies Record<Tone, string>;

/** The shape of a task's state alone, for where the word stands beside it; it breathes while the task runs. */
export function TaskShape({ state, className }: { state: TaskState; className?: string }) {
  const { tone, shape } = TASK_LOOKS[state];
  return (
    <span
      className={cx(
        'inline-flex shrink-0',
        TONE_INKS[tone],
        state === 'running' && 'motion-safe:animate-breathe',
        className,
      )}
    >
      <StatusShape>{shape}</StatusShape>
    </span>
  );
}

/** What the lint guards, said wherever the task is shown. */
export function RiskMark() {
  return (
    <span className="inline-flex shrink-0 items-center gap-1 whitespace-nowrap text-12 text-no">
      <StatusShape>
        <path d="M5 1.2 9.2 8.8H.8zM5 4.2v1.9" strokeWidth="1.4" />
      </StatusShape>
      High risk
    </span>
  );
}
