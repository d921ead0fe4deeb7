'use client';

import type { ReactNode } from 'react';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { POLICY_TYPES } from '@/lib/domain/policy';
import type { TryDraft } from './try-draft';

const TYPES = POLICY_TYPES.map((type) => ({ value: type, label: type }));

/** What a question to policy has, by the API's names. */
export const QUESTION_FIELDS = ['skill_id', 'agent_id', 'policy_type', 'payload'];

interface QuestionFieldsProps {
  draft: TryDraft;
  /** By the API's names of the fields. */
  errors: Readonly<Record<string, string>>;
  onChange: (part: Partial<TryDraft>) => void;
  /** The control that the payload is written in. */
  payload: ReactNode;
}

/** What is asked of policy, for a form of three columns. */
export function QuestionFields({ draft, errors, onChange, payload }: QuestionFieldsProps) {
  return (
    <>
      <Field label="Skill" error={errors.skill_id} required>
        <Input
          mono
          value={draft.skillId}
          onChange={(event) => onChange({ skillId: event.target.value })}
          maxLength={200}
        />
      </Field>
      <Field label="Agent" error={errors.agent_id} hint="May be empty">
        <Input
          mono
          value={draft.agentId}
          onChange={(event) => onChange({ agentId: event.target.value })}
          maxLength={200}
        />
      </Field>
      <Field label="Policy type" error={errors.policy_type}>
        <Select options={TYPES} value={draft.policyType} onValueChange={(policyType) => onChange({ policyType })} />
      </Field>
      <Field label="Payload" error={errors.payload} hint="JSON" className="min-w-0 sm:col-span-full">
        {payload}
      </Field>
    </>
  );
}
