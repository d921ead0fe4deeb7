import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PolicySetBody } from '@/lib/contracts';
import { assertSoundRules, checkRule } from './rule-check';

const STARTER = PolicySetBody.parse(
  JSON.parse(readFileSync(new URL('../../../docs/examples/policy-starter.json', import.meta.url), 'utf8')),
);

describe('the rules to start with', () => {
  test('are twenty and more, and each is sound', async () => {
    expect(STARTER.rules.length).toBeGreaterThanOrEqual(20);
    await expect(assertSoundRules(STARTER)).resolves.toEqual(expect.any(Array));
  });

  test.each(STARTER.rules.map((rule) => [rule.rule_id, rule] as const))(
    '%s does what its examples say, both ways',
    async (_, rule) => {
      const { examples } = await checkRule(rule, 'acme');
      expect(examples.map(({ result }) => result)).toEqual(
        rule.examples.map(({ expect: wanted }) => wanted || expect.anything()),
      );
      expect(examples.some(({ expect: wanted }) => !wanted)).toBe(true);
    },
  );
});
