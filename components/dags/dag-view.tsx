'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { WhoWhen } from '@/components/policies/who-when';
import { LazyTaskGraph } from '@/components/runs/graph/lazy-task-graph';
import { ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { DagResource } from '@/lib/contracts';
import { DagEditor } from './dag-editor';
import { DagVersions } from './dag-versions';
import { dagQuery } from './dags-queries';
import { countTasks, dagHref } from './dags-words';

interface DagViewProps {
  name: string;
  /** Which version is looked at; null: the newest. */
  version: number | null;
  mayWrite: boolean;
}

/** One definition: its text, its plan, its risks and its versions. */
export function DagView({ name, version, mayWrite }: DagViewProps) {
  const newest = useQuery(dagQuery(name, null));
  const looked = useQuery(dagQuery(name, version));
  return (
    <div className={cx(PAGE_BODY, 'grid gap-8 *:min-w-0')}>
      <Loaded
        query={looked}
        what="The definition"
        heading={name}
        loading={<SkeletonRows rows={8} label="Loading the definition" />}
      >
        {(dag, stale) => (
          <>
            <Header dag={dag} />
            {stale}
            {newest.data === undefined || newest.data.version === dag.version ? null : (
              <Older dag={dag} newest={newest.data.version} mayWrite={mayWrite} />
            )}
            <Drawing dag={dag} />
            <DagEditor
              key={dag.version}
              text={dag.yaml}
              name={name}
              newest={newest.data?.version ?? dag.version}
              mayWrite={mayWrite}
            />
            <DagVersions name={name} />
          </>
        )}
      </Loaded>
    </div>
  );
}

/** The version that is looked at, as a picture; what is being written is not in it before it is saved. */
function Drawing({ dag }: { dag: DagResource }) {
  const tasks = dag.definition.tasks.map((task) => ({
    id: task.id,
    type: task.type ?? ('workflow' as const),
    workflow_ref: 'workflow_ref' in task ? task.workflow_ref : null,
    depends_on: task.depends_on,
    risk: task.risk ?? null,
    state: null,
  }));
  return (
    <div className="max-rail:hidden">
      <LazyTaskGraph tasks={tasks} />
    </div>
  );
}

function Header({ dag }: { dag: DagResource }) {
  return (
    <PageHeader
      title={<span className="font-mono">{dag.name}</span>}
      meta={
        <nav aria-label="Back">
          <Link href="/dags" className="rounded-mark hover:text-ink hover:underline">
            Definitions
          </Link>
        </nav>
      }
      description={
        <>
          Version {dag.version}, {countTasks(dag.tasks, dag.checkpoints)},{' '}
          <WhoWhen name={dag.created_by_name} at={dag.created_at} />
        </>
      }
      actions={
        <ButtonLink
          href={`data:application/yaml;charset=utf-8,${encodeURIComponent(dag.yaml)}`}
          download={`${dag.name}.yaml`}
          prefetch={false}
        >
          Download
        </ButtonLink>
      }
    />
  );
}

function Older({ dag, newest, mayWrite }: { dag: DagResource; newest: number; mayWrite: boolean }) {
  return (
    <Notice title={`This is version ${dag.version}; the newest is version ${newest}`}>
      {mayWrite ? `What is saved here becomes version ${newest + 1}. ` : null}
      <Link href={dagHref(dag.name)} className="rounded-mark text-act hover:underline">
        Look at the newest
      </Link>
    </Notice>
  );
}
