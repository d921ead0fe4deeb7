'use client';

import { type ReactNode, useId } from 'react';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { VisibleText } from '@/components/ui/visible-text';
import type { FormField, FormSchema } from '@/lib/contracts';
import { type FormDraft, type FormFaults, hintOf } from './form-draft';

interface FormFieldsProps {
  form: FormSchema;
  draft: FormDraft;
  faults: FormFaults;
  onChange: (draft: FormDraft) => void;
}

/** What a checkpoint asks whoever approves it, field by field, in the order of its definition. */
export function FormFields({ form, draft, faults, onChange }: FormFieldsProps) {
  return Object.entries(form.properties).map(([name, field]) => (
    <OneField
      key={name}
      name={name}
      field={field}
      required={form.required.includes(name)}
      value={draft[name] ?? ''}
      fault={Object.hasOwn(faults, name) ? faults[name] : undefined}
      onChange={(value) => onChange({ ...draft, [name]: value })}
    />
  ));
}

interface OneFieldProps {
  name: string;
  field: FormField;
  required: boolean;
  value: string | boolean;
  fault: string | undefined;
  onChange: (value: string | boolean) => void;
}

function OneField({ name, field, required, value, fault, onChange }: OneFieldProps) {
  const hint = hintOf(field);
  const words = <VisibleText text={field.title ?? name} />;
  const shownHint = hint === undefined ? undefined : <VisibleText text={hint} />;
  if (field.type === 'boolean') return <YesNo {...{ words, hint: shownHint, value, fault, onChange }} />;
  const label = required ? (
    <>
      {words}
      <span aria-hidden="true" className="text-no">
        {' *'}
      </span>
    </>
  ) : (
    words
  );
  return (
    <Field label={label} hint={shownHint} error={fault} required={required}>
      <Control field={field} required={required} value={String(value)} onChange={onChange} />
    </Field>
  );
}

interface ControlProps {
  field: Exclude<FormField, { type: 'boolean' }>;
  required: boolean;
  value: string;
  onChange: (value: string) => void;
}

const INPUT_TYPES = { date: 'date', email: 'email', uri: 'url' } as const;

/** Select takes no empty value, so an optional choice has one of its own. Values of the form never begin with a NUL. */
const NOTHING = '\u0000';

function Control({ field, required, value, onChange }: ControlProps) {
  if (field.type !== 'string') {
    const inputMode = field.type === 'integer' && (field.minimum ?? -1) >= 0 ? 'numeric' : 'decimal';
    return (
      <Input
        inputMode={inputMode}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="max-w-48"
      />
    );
  }
  if (field.enum !== undefined) {
    const choices = field.enum.map((each) => ({ value: each, label: <VisibleText text={each} /> }));
    return (
      <Select
        options={required ? choices : [{ value: NOTHING, label: 'None of them' }, ...choices]}
        value={value}
        onValueChange={(next) => onChange(next === NOTHING ? '' : next)}
      />
    );
  }
  if (field.format === 'multiline') {
    return (
      <Textarea
        rows={3}
        maxLength={field.maxLength ?? 4000}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <Input
      type={field.format === undefined ? 'text' : INPUT_TYPES[field.format]}
      maxLength={field.maxLength ?? 4000}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.target.value)}
      {...(field.format === 'date' ? { className: 'max-w-48' } : {})}
    />
  );
}

interface YesNoProps {
  words: ReactNode;
  hint: ReactNode;
  value: string | boolean;
  fault: string | undefined;
  onChange: (value: boolean) => void;
}

function YesNo({ words, hint, value, fault, onChange }: YesNoProps) {
  const faultId = useId();
  return (
    <div data-invalid={fault ? true : undefined}>
      <Checkbox label={words} hint={hint} checked={value === true} onCheckedChange={onChange} />
      <p id={faultId} role="alert" className="mt-1 text-12 text-no empty:hidden">
        {fault}
      </p>
    </div>
  );
}
