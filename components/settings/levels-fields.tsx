'use client';

import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { POLICY_TYPES } from '@/lib/domain/policy';
import type { LevelDraft, LevelFaults } from './levels-draft';
import { LEVELS, NONE } from './levels-options';
import { LevelSteps } from './levels-steps';

const TYPES = [{ value: NONE, label: 'Every type' }, ...POLICY_TYPES.map((type) => ({ value: type, label: type }))];
interface LevelFieldsProps {
  draft: LevelDraft;
  faults: LevelFaults;
  onChange: (part: Partial<LevelDraft>) => void;
}

/** Everything that a row says, in three groups: for what, who, and how long. */
export function LevelFields({ draft, faults, onChange }: LevelFieldsProps) {
  const text = (name: Exclude<keyof LevelDraft, 'escalateThen'>) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  const level = (name: 'escalateLevel' | 'minRejectLevel', open: string) => (
    <Select
      options={[{ value: NONE, label: open }, ...LEVELS]}
      value={draft[name] === '' ? NONE : draft[name]}
      onValueChange={(value) => onChange({ [name]: value === NONE ? '' : value })}
    />
  );
  return (
    <div className="grid gap-5 pt-3 pb-2">
      {faults.scope === undefined ? null : (
        <p role="alert" className="text-13 text-no">
          {faults.scope}
        </p>
      )}
      <Group legend="Speaks for">
        <Field label="Skill" hint="Empty: every skill" error={faults.skill_id}>
          <Input mono maxLength={200} {...text('skillId')} />
        </Field>
        <Field label="Agent" hint="Empty: every agent" error={faults.agent_id}>
          <Input mono maxLength={200} {...text('agentId')} />
        </Field>
        <Field label="Policy type" error={faults.policy_type}>
          <Select
            options={TYPES}
            value={draft.policyType === '' ? NONE : draft.policyType}
            onValueChange={(type) => onChange({ policyType: POLICY_TYPES.find((known) => known === type) ?? '' })}
          />
        </Field>
      </Group>
      <Group legend="Who approves">
        <Field label="Level" error={faults.level}>
          <Select options={LEVELS} value={draft.level} onValueChange={(value) => onChange({ level: value })} />
        </Field>
        <Field label="People" error={faults.min_approvals}>
          <Input inputMode="numeric" {...text('minApprovals')} />
        </Field>
        <Field label="May be rejected from" error={faults.min_reject_level}>
          {level('minRejectLevel', 'Any level')}
        </Field>
        <Field
          label="Automatic up to a cost of"
          hint="100.00. Empty: no limit is set"
          error={faults.auto_approve_max_cost_cents}
        >
          <Input inputMode="decimal" {...text('maxCost')} />
        </Field>
        <Field
          label="Automatic up to, in tokens"
          hint="Every limit that is set must hold"
          error={faults.auto_approve_max_tokens}
        >
          <Input inputMode="numeric" {...text('maxTokens')} />
        </Field>
      </Group>
      <Group legend="How long they have">
        <Field label="Escalates after" hint="10 min, 2 h. Empty: 5 min" error={faults.escalate_after_seconds}>
          <Input {...text('escalateAfter')} />
        </Field>
        <Field label="Escalates to" hint="A group or a person who is told" error={faults.escalate_to}>
          <Input maxLength={200} {...text('escalateTo')} />
        </Field>
        <Field label="Then needs" error={faults.escalate_level}>
          {level('escalateLevel', 'The same level')}
        </Field>
        <div className="col-span-full">
          <LevelSteps
            steps={draft.escalateThen}
            faults={faults}
            onChange={(escalateThen) => onChange({ escalateThen })}
          />
        </div>
        <Field label="Expires after" hint="24 h, 7 d. Empty: 24 h" error={faults.expires_in_seconds}>
          <Input {...text('expiresIn')} />
        </Field>
      </Group>
    </div>
  );
}

function Group({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 text-12 text-ink-3">{legend}</legend>
      <div className="grid items-start gap-4 sm:grid-cols-2 rail:grid-cols-3">{children}</div>
    </fieldset>
  );
}
