import type { Workflow } from './workflow';

/** Gives back what it was given. */
export const echo: Workflow = {
  kind: 'inline',
  faults: () => [],
  run: async ({ params }) => ({ ok: true, output: { ...params } }),
};
