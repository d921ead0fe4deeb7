'use client';

import Link from 'next/link';
import { useState } from 'react';
import type { Viewer } from '@/components/request/viewer';
import { Button } from '@/components/ui/button';
import { type KeyValue, KeyValueList } from '@/components/ui/key-value-list';
import { Notice } from '@/components/ui/notice';
import { PayloadTree } from '@/components/ui/payload-tree';
import { Countdown, Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import type { RunResource, RunTaskResource } from '@/lib/contracts';
import { CheckpointDecision } from './checkpoint-decision';
import { RiskMark, TaskStatusBadge } from './run-status';
import { kindOf, skippedWords, tookWords } from './run-words';
import { SteerDialog } from './steer-dialog';
import { type ShownTask, unreachedWords } from './task-state';

interface TaskDetailsProps {
  run: RunResource;
  tasks: readonly ShownTask[];
  task: ShownTask;
  viewer: Viewer;
}

/** One task: how it stands, what it received and gave, and what can be done about it. */
export function TaskDetails({ run, tasks, task, viewer }: TaskDetailsProps) {
  return (
    <section aria-label={`Task ${task.id}`} className="grid gap-5 *:min-w-0">
      <header className="grid gap-2">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-ink-3">
          <TaskStatusBadge task={task} />
          {kindOf(task)}
          {task.risk === 'high' ? <RiskMark /> : null}
        </div>
        <h2 className="font-mono font-semibold text-16 [overflow-wrap:anywhere]">{task.id}</h2>
      </header>
      <Trouble run={run} tasks={tasks} task={task} viewer={viewer} />
      {task.request_id === null ? null : task.status === 'waiting' ? (
        <CheckpointDecision key={task.request_id} requestId={task.request_id} viewer={viewer} />
      ) : (
        <p className="text-13">
          <Link
            href={`/requests/${task.request_id}`}
            prefetch={false}
            className="rounded-mark text-act hover:underline"
          >
            {task.status === 'cancelled' ? 'What was asked' : 'Who decided, and why'}
          </Link>
        </p>
      )}
      <KeyValueList items={factsOf(task)} />
      <Section tone="quiet" title="Received">
        {task.status === 'pending' ? (
          <p className="text-13 text-ink-3">
            {task.state === 'unreached' ? 'Nothing: it never began.' : 'Nothing yet: that is known when it begins.'}
          </p>
        ) : Object.keys(task.params).length === 0 ? (
          <p className="text-13 text-ink-3">Nothing.</p>
        ) : (
          <PayloadTree payload={task.params} label={`What ${task.id} received`} />
        )}
      </Section>
      {task.output === null ? null : (
        <Section tone="quiet" title={task.type === 'checkpoint' ? 'Filled in' : 'Gave'}>
          {Object.keys(task.output).length === 0 ? (
            <p className="text-13 text-ink-3">Nothing.</p>
          ) : (
            <PayloadTree payload={task.output} label={`What ${task.id} gave`} />
          )}
        </Section>
      )}
    </section>
  );
}

const TROUBLES: Partial<Record<RunTaskResource['status'], string>> = {
  running: 'The last attempt failed',
  rejected: 'Why it was not approved',
  cancelled: 'Cancelled with its run',
};

function Trouble({ run, tasks, task, viewer }: TaskDetailsProps) {
  const [retrying, setRetrying] = useState(false);
  if (task.status === 'skipped') return <Notice>{skippedWords(task)}</Notice>;
  if (task.state === 'unreached') return <Notice>{unreachedWords(tasks, task.id)}</Notice>;
  if (task.error === null) return null;
  const retryable = run.status === 'failed' && task.status === 'failed' && task.type === 'workflow';
  return (
    <Notice
      tone={task.status === 'cancelled' ? 'neutral' : 'no'}
      title={TROUBLES[task.status] ?? 'What went wrong'}
      action={
        retryable && viewer.permissions.includes('runs:write') ? (
          <Button size="sm" onClick={() => setRetrying(true)}>
            Try again
          </Button>
        ) : null
      }
    >
      <VisibleText text={task.status === 'cancelled' ? (run.reason ?? task.error) : task.error} />
      <SteerDialog act="retry" run={run} taskId={task.id} open={retrying} onClose={() => setRetrying(false)} />
    </Notice>
  );
}

function factsOf(task: RunTaskResource): KeyValue[] {
  const { depends_on: after, started_at: from, finished_at: to, next_attempt_at: next, attempts } = task;
  const took = tookWords(from, to);
  return [
    {
      label: 'After',
      value:
        after.length === 0 ? (
          'Nothing, it begins at once'
        ) : (
          <code className="font-mono text-12">{after.join(', ')}</code>
        ),
    },
    ...(from === null ? [] : [{ label: 'Began', value: <Moment at={from} /> }]),
    ...(to === null
      ? []
      : [
          {
            label: 'Ended',
            value: (
              <>
                <Moment at={to} />
                {took === null ? null : `, took ${took}`}
              </>
            ),
          },
        ]),
    ...(attempts > 1 ? [{ label: 'Attempts', value: String(attempts) }] : []),
    ...(next === null || attempts === 0
      ? []
      : [{ label: 'Next attempt', value: <Countdown at={next} past="in a moment" heated={false} /> }]),
  ];
}
