import { approval } from './approval';
import { echo } from './echo';
import { external } from './external';
import { http } from './http';
import { transform } from './transform';
import type { Workflow } from './workflow';

export { checkOutput } from './output';
export type { LeasedCall, OpenSecret, ParamFaults, Workflow, WorkflowCall, WorkflowResult } from './workflow';

/** The workflows that are built in, by the name that a task's `workflow_ref` says. Adding a row here is how you add one. */
export const WORKFLOWS: Readonly<Record<string, Workflow>> = { approval, echo, http, transform };

/** The workflow of a name: built in, or `external:<name>`, which somebody's own worker does. Null where there is none. */
export function findWorkflow(name: string): Workflow | null {
  if (Object.hasOwn(WORKFLOWS, name)) return WORKFLOWS[name] ?? null;
  return external(name);
}
