import type { RuleVariable } from '../policy';

/** What the expressions of a task may name: its condition, and what `transform` computes. */
export const TASK_VARIABLES = {
  params: {
    about:
      'What the task receives: the parameters of the run, and outputs upstream as <task_id>__<key>; ask has() for what may be absent',
    type: 'map<string, dyn>',
  },
  tenant: { about: 'Whose run it is', fields: { id: { type: 'string', about: 'The tenant’s slug' } } },
} as const satisfies Readonly<Record<string, RuleVariable>>;
