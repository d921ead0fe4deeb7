import { EXTERNAL_REF } from '@/lib/domain/run';
import type { Workflow } from './workflow';

const EXTERNAL: Workflow = { kind: 'external', faults: () => [] };

/** The workflow of `external:<name>`. Nothing here says who does it: whoever may work on tasks leases it by its name. */
export function external(name: string): Workflow | null {
  return EXTERNAL_REF.test(name) ? EXTERNAL : null;
}
