import { WorkflowIcon } from 'lucide-react';
import Link from 'next/link';
import { runHref } from '@/components/runs/run-words';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';

/** Leads to the task of the run that waits for a request, where one does. */
export function RunLink({ run }: { run: ApprovalRequestResource['run'] }) {
  if (run === null) return null;
  const { run_id: id, task_id: task, dag_name: name } = run;
  return (
    <Link
      href={runHref(id, task)}
      prefetch={false}
      className="inline-flex min-w-0 max-w-full items-center gap-1.5 rounded-full bg-act-soft px-2 py-0.5 font-medium text-act hover:underline"
    >
      <WorkflowIcon className="size-3 shrink-0" aria-hidden="true" />
      <span className="truncate">
        Run <VisibleText text={name} /> · task {task}
      </span>
    </Link>
  );
}
