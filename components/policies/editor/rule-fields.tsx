'use client';

import type { CodeFault } from '@/components/code/code-mirror';
import { LEVELS, NONE } from '@/components/settings/levels-options';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { POLICY_TYPES, RULE_EFFECTS, type RuleEffect } from '@/lib/domain/policy';
import { ConditionField } from './condition-field';
import { ExamplesField } from './examples-field';
import type { RuleDraft, RuleFaults } from './set-draft';
import { useRuleCheck } from './use-rule-check';

const EFFECT_WORDS = {
  allow: 'Allow',
  deny: 'Deny',
  require_approval: 'Require approval',
} as const satisfies Record<RuleEffect, string>;
const EFFECTS = RULE_EFFECTS.map((value) => ({ value, label: EFFECT_WORDS[value] }));

const LEVEL_OPTIONS = [{ value: NONE, label: 'As configured' }, ...LEVELS];
const TYPES = [{ value: NONE, label: 'Every type' }, ...POLICY_TYPES.map((type) => ({ value: type, label: type }))];

interface RuleFieldsProps {
  rule: RuleDraft;
  /** What kept it from being saved, as long as it has not been changed since. */
  faults: RuleFaults;
  served: readonly CodeFault[];
  payloads: () => readonly unknown[];
  onChange: (part: Partial<RuleDraft>) => void;
}

/** Everything that a rule says, field by field, with what the server says of its condition and its examples. */
export function RuleFields({ rule, faults, served, payloads, onChange }: RuleFieldsProps) {
  const check = useRuleCheck(rule);
  const found = check.condition.length > 0 ? check.condition : served;
  const asksPeople = rule.effect === 'require_approval';
  return (
    <div className="grid gap-4 pt-3 pb-2">
      <div className="grid items-start gap-4 sm:grid-cols-2 rail:grid-cols-4">
        <Field label="Id" error={faults.rule_id} required>
          <Input
            mono
            value={rule.ruleId}
            maxLength={100}
            onChange={(event) => onChange({ ruleId: event.target.value })}
          />
        </Field>
        <Field label="Effect" error={faults.effect}>
          <Select options={EFFECTS} value={rule.effect} onValueChange={(effect) => onChange({ effect })} />
        </Field>
        {asksPeople ? <PeopleFields rule={rule} faults={faults} onChange={onChange} /> : null}
      </div>
      <Field label="Reason" hint="What whoever asks gets to read" error={faults.reason} required>
        <Textarea
          rows={1}
          value={rule.reason}
          maxLength={4000}
          onChange={(event) => onChange({ reason: event.target.value })}
        />
      </Field>
      <ConditionField
        value={rule.when}
        onChange={(when) => onChange({ when })}
        found={found}
        isPending={check.isPending}
        problem={check.problem}
        error={found.length === 0 ? faults.when : undefined}
        payloads={payloads}
      />
      <MoreFields rule={rule} faults={faults} onChange={onChange} />
      <ExamplesField
        examples={rule.examples}
        verdicts={check.examples}
        faults={faults}
        onChange={(examples) => onChange({ examples })}
      />
    </div>
  );
}

type PartProps = Pick<RuleFieldsProps, 'rule' | 'faults' | 'onChange'>;

/** What belongs to an approval. */
function PeopleFields({ rule, faults, onChange }: PartProps) {
  return (
    <>
      <Field label="Level" error={faults.level}>
        <Select
          options={LEVEL_OPTIONS}
          value={rule.level === '' ? NONE : rule.level}
          onValueChange={(level) => onChange({ level: level === NONE ? '' : level })}
        />
      </Field>
      <Field label="People" hint="Empty: as configured" error={faults.min_approvals}>
        <Input
          inputMode="numeric"
          value={rule.minApprovals}
          onChange={(event) => onChange({ minApprovals: event.target.value })}
        />
      </Field>
    </>
  );
}

function MoreFields({ rule, faults, onChange }: PartProps) {
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2 rail:grid-cols-4">
      <Field label="Policy type" error={faults.policy_type}>
        <Select
          options={TYPES}
          value={rule.policyType === '' ? NONE : rule.policyType}
          onValueChange={(type) => onChange({ policyType: POLICY_TYPES.find((known) => known === type) ?? '' })}
        />
      </Field>
      {rule.effect === 'require_approval' ? (
        <Field label="Expires after" hint="30 min, 24 h. Empty: as configured" error={faults.expires_in_seconds}>
          <Input value={rule.expiresIn} onChange={(event) => onChange({ expiresIn: event.target.value })} />
        </Field>
      ) : null}
      <Field label="Priority" hint="Whose reason is named first" error={faults.priority}>
        <Input
          inputMode="numeric"
          value={rule.priority}
          onChange={(event) => onChange({ priority: event.target.value })}
        />
      </Field>
      <Field label="Tags" hint="Separated by commas; in quotes where one has a comma" error={faults.tags}>
        <Input value={rule.tags} onChange={(event) => onChange({ tags: event.target.value })} />
      </Field>
    </div>
  );
}
