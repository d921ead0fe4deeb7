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

/** What the expressions that read an answer of `http` may name, beside what every task has. */
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
