'use client';

import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { cx } from '@/components/ui/class-names';
import type { RunTaskResource } from '@/lib/contracts';
import { RiskMark, TaskShape, taskWord } from '../run-status';
import { kindOf } from '../run-words';

/** As much of a task as the drawing shows; without a status it is of a definition, which nobody has run. */
export type DrawnTask = Pick<RunTaskResource, 'id' | 'type' | 'workflow_ref' | 'depends_on' | 'risk'> & {
  status: RunTaskResource['status'] | null;
};

export type CardNode = Node<{ task: DrawnTask; selected: boolean }, 'task'>;

const FRAMES = {
  pending: 'border-line-strong border-dashed',
  running: 'border-act',
  waiting: 'border-open',
  succeeded: 'border-line-strong',
  failed: 'border-no',
  skipped: 'border-line-strong border-dashed',
  rejected: 'border-no',
} as const satisfies Record<RunTaskResource['status'], string>;

/** The line that somebody signs at a checkpoint: what tells it from a task at a glance. */
const SIGNATURES = {
  pending: 'border-line-strong border-dashed',
  running: 'border-act border-dashed',
  waiting: 'border-open border-dashed',
  succeeded: 'border-yes',
  failed: 'border-no',
  skipped: 'border-line-strong border-dotted',
  rejected: 'border-no',
} as const satisfies Record<RunTaskResource['status'], string>;

/** A task in the drawing: its state in hue, shape and word, its name, what it is. */
export function TaskCard({ data: { task, selected } }: NodeProps<CardNode>) {
  const { id, type, status, risk } = task;
  const isCheckpoint = type === 'checkpoint';
  return (
    <div
      data-task={id}
      className={cx(
        'grid h-16 w-47 content-center gap-0.5 border bg-surface px-3 transition-shadow',
        isCheckpoint ? 'rounded-[1.25rem] px-4' : 'rounded-control',
        FRAMES[status ?? 'succeeded'],
        selected && 'outline-2 outline-act outline-offset-2',
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="invisible" />
      <div className={cx('flex items-center gap-2', status === 'skipped' && 'opacity-60')}>
        {status === null ? null : <TaskShape status={status} />}
        <span title={id} className="truncate font-medium font-mono text-13">
          {id}
        </span>
      </div>
      <div className={cx('flex items-center gap-1.5 text-12 text-ink-3', status === 'skipped' && 'opacity-60')}>
        <span className="min-w-0 truncate">
          {status === null ? kindOf(task) : `${taskWord({ type, status })} · ${kindOf(task)}`}
        </span>
        {risk === 'high' ? (
          <span className="ml-auto">
            <RiskMark />
          </span>
        ) : null}
      </div>
      {isCheckpoint ? <div className={cx('mt-0.5 border-b-2', SIGNATURES[status ?? 'pending'])} /> : null}
      <Handle type="source" position={Position.Right} isConnectable={false} className="invisible" />
    </div>
  );
}
