'use client';

import { Field } from '@/components/ui/field';
import { LevelGlyph } from '@/components/ui/level';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import type { DraftAction } from './draft-actions';
import type { SetDraft } from './set-draft';

const DEFAULTS = [
  { value: 'deny', label: 'Deny' },
  ...[1, 2, 3, 4, 5].map((level) => ({
    value: String(level),
    label: (
      <span className="inline-flex items-center gap-2">
        <LevelGlyph level={level} labelled />
        Approval at level {level}
      </span>
    ),
  })),
];

interface SetFieldsProps {
  draft: SetDraft;
  dispatch: (action: DraftAction) => void;
}

/** What a version says besides its rules. */
export function SetFields({ draft, dispatch }: SetFieldsProps) {
  return (
    <div className="grid max-w-200 items-start gap-4 sm:grid-cols-[1fr_15rem]">
      <Field label="Description" hint="What is new in it, for who decides whether it is activated">
        <Textarea
          rows={1}
          value={draft.description}
          maxLength={4000}
          onChange={(event) => dispatch({ type: 'describe', part: { description: event.target.value } })}
        />
      </Field>
      <Field label="Where no rule matches">
        <Select
          options={DEFAULTS}
          value={draft.defaultEffect === 'deny' ? 'deny' : String(draft.defaultLevel)}
          onValueChange={(value) =>
            dispatch({
              type: 'describe',
              part:
                value === 'deny'
                  ? { defaultEffect: 'deny' }
                  : { defaultEffect: 'require_approval', defaultLevel: Number(value) },
            })
          }
        />
      </Field>
    </div>
  );
}
