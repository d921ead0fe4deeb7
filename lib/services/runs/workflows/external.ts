import type { Workflow } from './workflow';

/** How a task names the work of somebody's own worker. */
export const EXTERNAL_REF = /^external:[a-z0-9._-]{1,63}$/;

export function isExternalRef(name: string): boolean {
  return EXTERNAL_REF.test(name);
}

const EXTERNAL: Workflow = { kind: 'external', faults: () => [] };

/** The workflow of `external:<name>`. Nothing here says who does it: whoever may work on tasks leases it by its name. */
export function external(name: string): Workflow | null {
  return isExternalRef(name) ? EXTERNAL : null;
}
