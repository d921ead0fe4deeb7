import { approval } from './approval';
import { echo } from './echo';
import type { Workflow } from './workflow';

export type { ParamFaults, Workflow, WorkflowCall, WorkflowResult } from './workflow';

/** The workflows that are built in, by the name that a task's `workflow_ref` says. Adding a row here is how you add one. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = { approval, echo };

/** The workflow of a name; null where there is none. */
export function findWorkflow(name: string): Workflow | null {
  return Object.hasOwn(WORKFLOWS, name) ? (WORKFLOWS[name] ?? null) : null;
}
