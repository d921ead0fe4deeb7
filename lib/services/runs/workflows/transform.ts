import { TASK_VALUE } from '@/lib/platform/cel';
import { type Expressions, evaluateAll, findExpressionFaults } from './expressions';
import { checkOutput } from './output';
import type { Workflow } from './workflow';

/**
 * Makes values of what it was given: params `{ expressions: { key: CEL } }`, one for each key of its output. `params` in an expression is
 * what the task received, upstream outputs included. The definition has to write `expressions`, and what it writes wins over what a run is
 * started with, so nobody who starts a run brings their own.
 */
export const transform: Workflow = {
  kind: 'inline',
  faults: (params) => [
    ...Object.keys(params)
      .filter((key) => key !== 'expressions')
      .map((key) => ({ pointer: `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'Unknown field' })),
    ...findExpressionFaults(params.expressions, '/expressions', TASK_VALUE),
  ],
  run: async ({ tenantId, params }) => {
    const { expressions, ...given } = params;
    const made = await evaluateAll(expressions as Expressions, { params: given, tenant: { id: tenantId } });
    return 'error' in made ? { ok: false, error: made.error, final: true } : checkOutput(made.output);
  },
};
