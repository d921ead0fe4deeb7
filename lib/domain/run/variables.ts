import type { RuleVariable } from '../policy';

/**
 * What the expressions of a task may look at: its condition, and what it makes of what it was given. The same for every task, so that an
 * expression can be moved from one to another.
 */
export const TASK_VARIABLES = {
  params: {
    about:
      'What the task received: the run’s parameters, and outputs upstream as <task>__<key>; ask has() for what may be absent',
    type: 'map<string, dyn>',
  },
  tenant: { about: 'Whose run it is', fields: { id: { type: 'string', about: 'The tenant’s slug' } } },
} as const satisfies Readonly<Record<string, RuleVariable>>;

/** What the expressions that read an answer of `http` may look at, beside what every task has. */
export const RESPONSE_VARIABLES = {
  ...TASK_VARIABLES,
  response: {
    about: 'What was answered',
    fields: {
      status: { type: 'int', about: 'The status, such as 200' },
      headers: { type: 'map<string, dyn>', about: 'The headers, by their names in lower case' },
      body: { type: 'dyn', about: 'The body: a value where it is JSON, else a text' },
    },
  },
} as const satisfies Readonly<Record<string, RuleVariable>>;
