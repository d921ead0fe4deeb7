'use client';

import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useLive } from '@/components/live/live-provider';
import { useWide } from '@/components/live/use-wide';
import type { Viewer } from '@/components/request/viewer';
import { ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Loaded } from '@/components/ui/loaded';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { Section } from '@/components/ui/section';
import { isApiProblem } from '@/lib/client';
import type { RunResource } from '@/lib/contracts';
import { countColumns } from './graph/columns';
import { LazyTaskGraph } from './graph/lazy-task-graph';
import { RunHead } from './run-head';
import { RunHistory } from './run-history';
import { RUN_LOOKS } from './run-status';
import { runHref, taskToShow } from './run-words';
import { runQuery } from './runs-queries';
import { RunSkeleton } from './runs-skeleton';
import { TaskDetails } from './task-details';
import { TaskList } from './task-list';
import { toShownTasks } from './task-state';

/** One run: where it is, what each of its tasks received and gave, what waits for somebody, and what happened. */
export function RunView({ id, viewer }: { id: string; viewer: Viewer }) {
  const query = useQuery(runQuery(id));
  if (isApiProblem(query.error, 'run/not-found')) {
    return (
      <EmptyState title="This run is not here" action={<ButtonLink href="/runs">Go to the runs</ButtonLink>}>
        It may belong to another tenant, or the address is not whole.
      </EmptyState>
    );
  }
  return (
    <Loaded query={query} what="The run" heading="Run" loading={<RunSkeleton />}>
      {(run, stale) => (
        <div className={cx(PAGE_BODY, 'max-w-none! grid gap-6 *:min-w-0')}>
          {stale}
          <Whole run={run} viewer={viewer} />
        </div>
      )}
    </Loaded>
  );
}

function Whole({ run, viewer }: { run: RunResource; viewer: Viewer }) {
  const beside = useWide();
  const { selected, select } = useTask(run);
  useAnnounceEnd(run);
  const tasks = toShownTasks(run);
  const task = tasks.find(({ id }) => id === selected) ?? null;
  const isWide = countColumns(run.tasks) > MOST_COLUMNS_BESIDE;
  const drawing = (
    <div className="max-rail:hidden">
      <LazyTaskGraph tasks={tasks} selected={selected} onSelect={select} />
    </div>
  );
  const decide = (id: string) => {
    select(id);
    // After it has been drawn.
    requestAnimationFrame(() => {
      const panel = document.getElementById(detailsId(id));
      panel?.scrollIntoView({ block: 'nearest' });
      panel?.focus({ preventScroll: true });
    });
  };
  return (
    <>
      <RunHead run={run} viewer={viewer} onDecide={decide} />
      {isWide ? drawing : null}
      <div className="grid gap-x-10 gap-y-7 *:min-w-0 split:grid-cols-[minmax(0,1fr)_24rem] wide:grid-cols-[minmax(0,1fr)_25rem]">
        <div className="grid content-start gap-7 *:min-w-0">
          {isWide ? null : drawing}
          <Section tone="quiet" title="Tasks">
            <TaskList
              tasks={tasks}
              selected={selected}
              onSelect={(id) => select(id === selected && !beside ? null : id)}
              detailsId={detailsId}
            >
              {beside || task === null ? null : (
                <TaskDetails key={task.id} run={run} tasks={tasks} task={task} viewer={viewer} />
              )}
            </TaskList>
          </Section>
          <RunHistory run={run} />
        </div>
        {beside ? (
          <div className="border-l pl-8 max-split:hidden">
            <div className="sticky top-[calc(var(--stop-h)+1.5rem)] max-h-[calc(100dvh-var(--stop-h)-3rem)] overflow-y-auto pr-1 pb-1">
              {task === null ? (
                <p className="text-13 text-ink-3">Choose a task to see what it received and what it gave.</p>
              ) : (
                <div id={detailsId(task.id)} tabIndex={-1} className="outline-none">
                  <TaskDetails key={task.id} run={run} tasks={tasks} task={task} viewer={viewer} />
                </div>
              )}
            </div>
          </div>
        ) : null}
      </div>
    </>
  );
}

/** A longer drawing takes the whole width, so that its cards can be read. */
const MOST_COLUMNS_BESIDE = 4;

const detailsId = (id: string) => `task-${id}`;

/** Which task is looked at: the one that the address names, else what waits, fails or runs, until somebody chooses another. */
function useTask(run: RunResource) {
  const { announce } = useLive();
  const named = useSearchParams().get('task');
  const [chosen, setChosen] = useState<{ id: string | null } | null>(named === null ? null : { id: named });
  const [shown, setShown] = useState(() => taskToShow(run.tasks));
  const now = taskToShow(run.tasks);
  // What has just been decided stays under the eyes until something else wants them.
  useEffect(() => {
    if (now !== null) setShown(now);
  }, [now]);
  const known = (id: string | null) => (run.tasks.some((task) => task.id === id) ? id : null);
  return {
    selected: known(chosen === null ? shown : chosen.id),
    select: (id: string | null) => {
      setChosen({ id });
      // The address says what is looked at, so that it can be passed on; nothing is asked of the server.
      window.history.replaceState(null, '', runHref(run.run_id, id ?? undefined));
      if (id !== null) announce(`Showing ${id}`);
    },
  };
}

/** Tells who cannot see it where the run has got to. */
function useAnnounceEnd({ status, dag_name: name }: RunResource): void {
  const { announce } = useLive();
  const before = useRef(status);
  useEffect(() => {
    if (before.current === status) return;
    before.current = status;
    announce(`${name}: ${RUN_LOOKS[status].word}`);
  }, [status, name, announce]);
}
