'use client';

import { useId } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { StatusShape } from '@/components/ui/status';
import { Textarea } from '@/components/ui/textarea';
import { VisibleText } from '@/components/ui/visible-text';
import { type ExampleDraft, emptyExample, nameOfExample, type RuleFaults, readExample } from './set-draft';
import type { ExampleVerdict } from './use-rule-check';

const EXPECTATIONS = [
  { value: 'match', label: 'matches' },
  { value: 'no-match', label: 'does not match' },
] as const;

interface ExamplesFieldProps {
  examples: readonly ExampleDraft[];
  verdicts: ReadonlyMap<string, ExampleVerdict>;
  faults: RuleFaults;
  onChange: (examples: ExampleDraft[]) => void;
}

/** The requests that a rule is tried on, each time the typing pauses and again when it is saved. */
export function ExamplesField({ examples, verdicts, faults, onChange }: ExamplesFieldProps) {
  const headingId = useId();
  const add = () => {
    const last = examples.at(-1);
    onChange([...examples, last === undefined ? emptyExample() : { ...emptyExample(), request: last.request }]);
  };
  return (
    <section aria-labelledby={headingId} className="grid gap-2.5">
      <h4 id={headingId} className="font-medium text-13 text-ink-2">
        Examples
      </h4>
      {examples.length === 0 ? (
        <p className="text-12 text-ink-3">Nothing shows yet that the rule does what it should.</p>
      ) : (
        <ul className="divide-y border-y">
          {examples.map((example, index) => (
            <Example
              key={example.key}
              example={example}
              index={index}
              verdict={verdicts.get(example.key) ?? null}
              fault={faults[`examples/${index}`]}
              onChange={(part) => onChange(examples.with(index, { ...example, ...part }))}
              onRemove={() => onChange(examples.toSpliced(index, 1))}
            />
          ))}
        </ul>
      )}
      <div>
        <Button size="sm" onClick={add}>
          Add an example
        </Button>
      </div>
    </section>
  );
}

interface ExampleProps {
  example: ExampleDraft;
  index: number;
  verdict: ExampleVerdict | null;
  fault: string | undefined;
  onChange: (part: Partial<ExampleDraft>) => void;
  onRemove: () => void;
}

function Example({ example, index, verdict, fault, onChange, onRemove }: ExampleProps) {
  const called = example.name.trim() || nameOfExample(index);
  const read = readExample(example, index);
  return (
    <li aria-label={called} className="grid items-start gap-3 py-3 sm:grid-cols-[1fr_10rem] rail:grid-cols-[1fr_14rem]">
      <Field label="Request" hint="JSON" error={'fault' in read ? read.fault.message : null} className="min-w-0">
        <Textarea
          mono
          rows={4}
          spellCheck={false}
          value={example.request}
          onChange={(event) => onChange({ request: event.target.value })}
        />
      </Field>
      <div className="grid gap-3">
        <Field label="Name">
          <Input
            value={example.name}
            placeholder={nameOfExample(index)}
            maxLength={200}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        </Field>
        <Field label="The rule">
          <Select
            options={EXPECTATIONS}
            value={example.expect ? 'match' : 'no-match'}
            onValueChange={(value) => onChange({ expect: value === 'match' })}
          />
        </Field>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2 sm:col-span-full">
        <div role="status" aria-label={`Result of ${called}`} className="min-w-0 text-13">
          <Verdict
            verdict={'fault' in read ? null : verdict}
            expect={example.expect}
            fault={'fault' in read ? undefined : fault}
          />
        </div>
        <Button size="sm" variant="plain" onClick={onRemove}>
          Remove<span className="sr-only"> {called}</span>
        </Button>
      </div>
    </li>
  );
}

interface VerdictProps {
  verdict: ExampleVerdict | null;
  expect: boolean;
  /** What kept it from being saved, where nothing newer is known. */
  fault: string | undefined;
}

function Verdict({ verdict, expect, fault }: VerdictProps) {
  if (verdict === null) {
    return fault === undefined ? (
      <span className="text-ink-3">Not tried yet</span>
    ) : (
      <span className="text-no">{fault}</span>
    );
  }
  const { result, error } = verdict;
  const passes = result === expect;
  const what = error === null ? (result ? 'It matches' : 'It does not match') : 'It fails';
  return (
    <span className={passes ? 'text-yes' : 'text-no'}>
      <span className="inline-flex items-baseline gap-1.5">
        <StatusShape>
          {passes ? <path d="M1.2 5.4 4 8.2 8.8 2" /> : <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" />}
        </StatusShape>
        <span>
          {what}
          {passes ? ', as it should' : `, and should ${expect ? 'match' : 'not match'}`}
          {error === null ? null : (
            <>
              : <VisibleText text={error} />
            </>
          )}
        </span>
      </span>
    </span>
  );
}
