/** The types that variables have, by their names in CEL. */
export type RuleVariableType =
  | 'string'
  | 'int'
  | 'double'
  | 'bool'
  | 'dyn'
  | 'map<string, dyn>'
  | 'map<string, bool>'
  | 'google.protobuf.Timestamp';

export interface RuleVariableField {
  type: RuleVariableType;
  /** What it holds, for who writes a rule. */
  about: string;
}

/** A variable with fields of its own, or a value by itself. */
export type RuleVariable = { about: string } & (
  | { fields: Readonly<Record<string, RuleVariableField>> }
  | { type: RuleVariableType }
);

/**
 * The variables that every rule has. The gate declares them, the editor completes them: adding a row is how a condition gets something
 * more to look at (and `toRuleInput` is where it gets its value). What may be absent is a field of a map, never a variable.
 */
export const RULE_VARIABLES = {
  request: {
    about: 'What is asked for',
    fields: {
      policy_type: { type: 'string', about: 'cost, capability, resource or rate_limit' },
      skill_id: { type: 'string', about: 'What somebody wants to do, such as payments.transfer' },
      agent_id: { type: 'string', about: 'Who would do it; empty where nobody is named' },
      payload: { type: 'map<string, dyn>', about: 'What it is done with; ask has() for what may be absent' },
    },
  },
  cost: {
    about: 'What it would cost',
    fields: {
      known: { type: 'bool', about: 'Whether anybody knows the cost' },
      estimate_cents: { type: 'int', about: 'The estimate in cents, the median; absent where the cost is not known' },
      p95_cents: { type: 'int', about: 'What it costs at most, in 19 of 20 cases; absent where the cost is not known' },
      confidence: {
        type: 'double',
        about: 'How sure the estimate is, from 0 to 1; absent where the cost is not known',
      },
      budget_left_cents: { type: 'int', about: 'What the tightest budget has left; absent where none applies' },
    },
  },
  actor: {
    about: 'Whose credential asks',
    fields: {
      id: { type: 'string', about: 'The id of the person or of the key' },
      name: { type: 'string', about: 'Their name' },
      role: { type: 'string', about: 'viewer, operator, admin or owner; empty for a service key' },
      level: { type: 'int', about: 'Their level, 0 to 5' },
      via: { type: 'string', about: 'session, api_key or job' },
    },
  },
  history: {
    about:
      'What was asked for before: of this skill, by the same agent, or by the same credential where no agent is named',
    fields: {
      requests_last_hour: { type: 'int', about: 'Requests made in the last hour' },
      requests_last_day: { type: 'int', about: 'Requests made in the last 24 hours' },
      approved_last_day: { type: 'int', about: 'How many of those of the last 24 hours are approved by now' },
      rejected_last_day: { type: 'int', about: 'How many of those of the last 24 hours are rejected by now' },
      spent_last_day_cents: { type: 'int', about: 'What the approved ones were expected to cost together, in cents' },
    },
  },
  tenant: { about: 'Whose rules these are', fields: { id: { type: 'string', about: 'The tenant’s slug' } } },
  flags: { about: 'The feature flags: flags.new_limits', type: 'map<string, bool>' },
  now: { about: 'When it is asked', type: 'google.protobuf.Timestamp' },
} as const satisfies Readonly<Record<string, RuleVariable>>;
