'use client';

import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { cx } from '@/components/ui/class-names';
import type { RunTaskResource } from '@/lib/contracts';
import { RiskMark, TaskShape, taskWord } from '../run-status';
import { kindOf } from '../run-words';
import type { TaskState } from '../task-state';

/** As much of a task as the drawing shows; without a state it is of a definition, which nobody has run. */
export type DrawnTask = Pick<RunTaskResource, 'id' | 'type' | 'workflow_ref' | 'depends_on' | 'risk'> & {
  state: TaskState | null;
};

export type CardNode = Node<{ task: DrawnTask; selected: boolean }, 'task'>;

const FRAMES = {
  pending: 'border-line-strong border-dashed',
  running: 'border-act',
  queued: 'border-act border-dashed',
  retrying: 'border-act border-dashed',
  waiting: 'border-open',
  succeeded: 'border-line-strong',
  failed: 'border-no',
  skipped: 'border-line-strong border-dashed',
  rejected: 'border-no',
  cancelled: 'border-line-strong',
  unreached: 'border-line-strong border-dashed',
} as const satisfies Record<TaskState, string>;

/** The line that somebody signs at a checkpoint: what tells it from a task at a glance. */
const SIGNATURES = {
  pending: 'border-line-strong border-dashed',
  running: 'border-act border-dashed',
  queued: 'border-act border-dashed',
  retrying: 'border-act border-dashed',
  waiting: 'border-open border-dashed',
  succeeded: 'border-yes',
  failed: 'border-no',
  skipped: 'border-line-strong border-dotted',
  rejected: 'border-no',
  cancelled: 'border-line-strong border-dotted',
  unreached: 'border-line-strong border-dotted',
} as const satisfies Record<TaskState, string>;

/** What nobody will come to stands back: by its weight, for a fainter text could not be read by everybody. */
const FADED: readonly (TaskState | null)[] = ['skipped', 'unreached'];

/** A task in the drawing: its state in hue, shape and word, its name, what it is. */
export function TaskCard({ data: { task, selected } }: NodeProps<CardNode>) {
  const { id, type, state, risk } = task;
  const standsBack = FADED.includes(state);
  const isCheckpoint = type === 'checkpoint';
  return (
    <div
      data-task={id}
      className={cx(
        'grid h-16 w-47 grid-cols-[minmax(0,1fr)] content-center gap-0.5 border bg-surface px-3 transition-shadow',
        isCheckpoint ? 'rounded-[1.25rem] px-4' : 'rounded-control',
        FRAMES[state ?? 'succeeded'],
        selected && 'outline-2 outline-act outline-offset-2',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
      <div className="flex items-center gap-2">
        {state === null ? null : <TaskShape state={state} />}
        <span title={id} className={cx('truncate font-mono text-13', standsBack ? 'text-ink-3' : 'font-medium')}>
          {id}
        </span>
      </div>
      <div className="flex items-center gap-1.5 text-12 text-ink-3">
        <span className="min-w-0 truncate">
          {state === null ? kindOf(task) : `${taskWord({ type, state })} · ${kindOf(task)}`}
        </span>
        {risk === 'high' ? (
          <span className="ml-auto">
            <RiskMark />
          </span>
        ) : null}
      </div>
      {isCheckpoint ? <div className={cx('mt-0.5 border-b-2', SIGNATURES[state ?? 'pending'])} /> : null}
      <Handle type="source" position={Position.Right} isConnectable={false} className="invisible" />
    </div>
  );
}
