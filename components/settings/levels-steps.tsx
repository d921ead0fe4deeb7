'use client';

import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { emptyStep, type LevelFaults, MAX_STEPS, type StepDraft } from './levels-draft';
import { LEVELS, NONE } from './levels-options';

interface LevelStepsProps {
  steps: readonly StepDraft[];
  faults: LevelFaults;
  onChange: (steps: StepDraft[]) => void;
}

/** What follows the first step of an escalation, one after the other. */
export function LevelSteps({ steps, faults, onChange }: LevelStepsProps) {
  return (
    <div className="grid gap-3">
      {steps.length === 0 ? null : (
        <ol aria-label="Further steps" className="grid gap-3">
          {steps.map((step, index) => {
            const change = (part: Partial<StepDraft>) => onChange(steps.with(index, { ...step, ...part }));
            return (
              <li
                key={step.key}
                aria-label={`Step ${index + 2}`}
                className="grid items-end gap-3 sm:grid-cols-[1fr_1fr_1fr_auto]"
              >
                <Field label="Then, after" error={faults[`escalate_then/${index}`]} required>
                  <Input value={step.after} onChange={(event) => change({ after: event.target.value })} />
                </Field>
                <Field label="To">
                  <Input value={step.to} maxLength={200} onChange={(event) => change({ to: event.target.value })} />
                </Field>
                <Field label="Needs">
                  <Select
                    options={[{ value: NONE, label: 'The same level' }, ...LEVELS]}
                    value={step.level === '' ? NONE : step.level}
                    onValueChange={(level) => change({ level: level === NONE ? '' : level })}
                  />
                </Field>
                <Button variant="plain" onClick={() => onChange(steps.toSpliced(index, 1))}>
                  Remove<span className="sr-only"> step {index + 2}</span>
                </Button>
              </li>
            );
          })}
        </ol>
      )}
      {steps.length < MAX_STEPS ? (
        <div>
          <Button size="sm" onClick={() => onChange([...steps, emptyStep()])}>
            Add a step
          </Button>
        </div>
      ) : null}
    </div>
  );
}
