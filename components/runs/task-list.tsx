'use client';

import { ChevronRightIcon } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { cx } from '@/components/ui/class-names';
import { inOrder } from '@/lib/domain/run';
import { RiskMark, TaskShape, taskWord } from './run-status';
import { kindOf, tookWords } from './run-words';
import type { ShownTask } from './task-state';

interface TaskListProps {
  tasks: readonly ShownTask[];
  selected: string | null;
  onSelect: (id: string) => void;
  detailsId: (id: string) => string;
  /** The details of the selected task, where they stand in the list. */
  children: ReactNode;
}

/** The tasks in an order in which each comes after what it waits for: the drawing in words, for the keyboard, for ears and for a phone. */
export function TaskList({ tasks, selected, onSelect, detailsId, children }: TaskListProps) {
  const list = useRef<HTMLOListElement>(null);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ordered = inOrder(tasks.map(({ id, depends_on }) => ({ id, dependsOn: depends_on }))).flatMap(
    (id) => byId.get(id) ?? [],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-task-row]') ?? [])];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (by === undefined || at === -1) return;
    event.preventDefault();
    rows[at + by]?.focus();
  };
  return (
    <ol ref={list} aria-label="Tasks" className="border-y" onKeyDown={onKeyDown}>
      {ordered.map((task) => (
        <li key={task.id} className="border-t first:border-t-0">
          <Row
            task={task}
            selected={task.id === selected}
            inPlace={children !== null}
            detailsId={detailsId(task.id)}
            onSelect={onSelect}
          />
          {task.id === selected && children !== null ? (
            <div
              id={detailsId(task.id)}
              tabIndex={-1}
              className="border-l-2 border-act bg-paper px-3.5 pt-3 pb-5 outline-none"
            >
              {children}
            </div>
          ) : null}
        </li>
      ))}
    </ol>
  );
}

interface RowProps {
  task: ShownTask;
  selected: boolean;
  inPlace: boolean;
  detailsId: string;
  onSelect: (id: string) => void;
}

function Row({ task, selected, inPlace, detailsId, onSelect }: RowProps) {
  const { id, depends_on: after, state, risk, started_at, finished_at, attempts } = task;
  const took = tookWords(started_at, finished_at);
  return (
    <button
      type="button"
      data-task-row
      aria-expanded={selected}
      aria-controls={selected ? detailsId : undefined}
      onClick={() => onSelect(id)}
      className={cx(
        'grid w-full grid-cols-[0.75rem_minmax(0,1fr)_auto] items-baseline gap-x-2.5 px-2 py-row text-left transition-colors hover:bg-sunk focus-visible:-outline-offset-2 max-rail:min-h-11 max-rail:content-center',
        selected && !inPlace && 'bg-act-soft hover:bg-act-soft',
        (state === 'skipped' || state === 'unreached') && 'text-ink-3',
      )}
    >
      <TaskShape state={state} className="self-center" />
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
        <span className="font-medium font-mono text-13 [overflow-wrap:anywhere]">{id}</span>
        <span className="text-12 text-ink-3">
          {taskWord(task)}
          {' · '}
          {kindOf(task)}
          {attempts > 1 ? ` · attempt ${attempts}` : null}
        </span>
        {risk === 'high' ? <RiskMark /> : null}
        {after.length === 0 ? null : <span className="sr-only">, after {after.join(', ')}</span>}
      </span>
      <span className="flex items-center gap-1.5 self-center text-12 text-ink-3">
        {took}
        <ChevronRightIcon
          className={cx('size-3.5 transition-transform', selected && inPlace && 'rotate-90')}
          aria-hidden="true"
        />
      </span>
    </button>
  );
}
