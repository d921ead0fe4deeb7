import { expect, test } from 'vitest';
import { aResource } from './fixtures';
import { reasonsOf } from './reasons';

test('a rule has the level it asked for, and a reason without one claims none', () => {
  const { policy } = aResource({
    // Raised since: by who asked, or by an escalation.
    required_level: 5,
    policy: {
      decision: 'requires_approval',
      reasons: ['Transfers above €1,000.00 need a manager', 'No rule matches: the default is level 3'],
      matched_rules: [
        {
          rule_id: 'transfer-over-1k',
          effect: 'require_approval',
          reason: 'Transfers above €1,000.00 need a manager',
          level: 4,
        },
      ],
      violations: [],
      policy_version: 'acme@7',
    },
  });
  expect(reasonsOf(policy)).toEqual([
    { text: 'Transfers above €1,000.00 need a manager', level: 4, ruleId: 'transfer-over-1k' },
    { text: 'No rule matches: the default is level 3', level: null, ruleId: null },
  ]);
});
