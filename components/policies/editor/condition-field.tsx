'use client';

import { useMemo } from 'react';
import { completeCel } from '@/components/code/cel-complete';
import { CodeEditor } from '@/components/code/code-editor';
import type { CodeFault } from '@/components/code/code-mirror';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { StatusShape } from '@/components/ui/status';
import { VisibleText } from '@/components/ui/visible-text';

interface ConditionFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** What the server says of it as it stands. */
  found: readonly CodeFault[];
  isPending: boolean;
  problem: string | null;
  /** What kept it from being saved. */
  error: string | undefined;
  /** The payloads of all examples: their fields are completed. */
  payloads: () => readonly unknown[];
}

/** When a rule matches: an expression with its faults underlined, and said again below it, each with its place and a way to put it right. */
export function ConditionField({ value, onChange, found, isPending, problem, error, payloads }: ConditionFieldProps) {
  // The editor is told of faults only when they are others.
  const said = JSON.stringify(found);
  const faults = useMemo(() => JSON.parse(said) as CodeFault[], [said]);
  return (
    <div className="grid gap-1.5">
      <Field
        label="Condition"
        hint="CEL. Ctrl+Space completes, Escape closes the list, Tab leaves the field."
        error={error}
        required
      >
        <CodeEditor
          language="cel"
          value={value}
          onChange={onChange}
          faults={faults}
          complete={(before) => completeCel(before, payloads())}
          placeholder="request.skill_id == 'payments.transfer' && request.payload.amount_cents > 100000"
        />
      </Field>
      <div role="status" aria-label="The condition" aria-busy={isPending} className="grid min-h-5 gap-1.5 text-13">
        {problem === null ? null : <p className="text-no">It could not be checked: {problem}</p>}
        {found.length === 0 && problem === null && value.trim() !== '' ? (
          <p className="text-12 text-ink-3">{isPending ? 'Being checked…' : 'Nothing is wrong with it.'}</p>
        ) : null}
        {found.length === 0 ? null : (
          <ul className="grid gap-1.5">
            {found.map((fault) => (
              <Finding key={`${fault.start} ${fault.message}`} fault={fault} text={value} onChange={onChange} />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function Finding({ fault, text, onChange }: { fault: CodeFault; text: string; onChange: (text: string) => void }) {
  const isError = fault.severity === 'error';
  const { fix } = fault;
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <span className={isError ? 'text-no' : 'text-open'}>
        <StatusShape>
          {isError ? <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" /> : <path d="M5 1.2v5M5 8.6v.2" />}
        </StatusShape>
      </span>
      <span className="min-w-0 flex-1 basis-60 [overflow-wrap:anywhere]">
        <span className={isError ? 'text-no' : 'text-ink'}>
          <span className="sr-only">{isError ? 'Fault: ' : 'Worth a look: '}</span>
          <VisibleText text={fault.message} />
        </span>{' '}
        <span className="whitespace-nowrap text-12 text-ink-3">{placeIn(text, fault.start)}</span>
      </span>
      {fix === undefined ? null : (
        <Button size="sm" onClick={() => onChange(fix.text)}>
          {fix.label}
        </Button>
      )}
    </li>
  );
}

/** "line 1, column 12", as editors count: from one. */
function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}
