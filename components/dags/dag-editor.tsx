'use client';

import { useMemo, useState } from 'react';
import { CodeEditor } from '@/components/code/code-editor';
import { rangeAt } from '@/components/code/yaml-text';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { LeaveWarning } from '@/components/ui/leave-warning';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { VisibleText } from '@/components/ui/visible-text';
import { DEFAULT_LINT_LEVEL } from '@/lib/contracts';
import { DagFindings } from './dag-findings';
import { DagPlan } from './dag-plan';
import { DagRisks } from './dag-risks';
import { useDagLint } from './use-dag-lint';
import { useSaveDag } from './use-save-dag';

interface DagEditorProps {
  /** As it is kept; what differs from it is not saved. */
  text: string;
  /** The name it has; null for a new one, which is called what its text says. */
  name: string | null;
  /** The newest version there is. */
  newest: number | null;
  mayWrite: boolean;
}

/** A definition as its author sees it: the text with its faults in place, what nobody guards, and what a run would do. */
export function DagEditor({ text: kept, name, newest, mayWrite }: DagEditorProps) {
  const [text, setText] = useState(kept);
  const [minLevel, setMinLevel] = useState(DEFAULT_LINT_LEVEL);
  const [rejected, setRejected] = useState<string[]>([]);
  const lint = useDagLint({ yaml: text, minLevel, rejected });
  const { save, isSaving, problem } = useSaveDag();
  const said = JSON.stringify(lint.isPending ? [] : (lint.report?.faults ?? []));
  // The editor is told of faults only when they are others.
  const faults = useMemo(
    () =>
      (JSON.parse(said) as { line?: number; column?: number; detail: string }[]).map(
        ({ line = 1, column = 1, detail }) => ({
          ...rangeAt(text, line, column),
          message: detail,
          severity: 'error' as const,
        }),
      ),
    [said, text],
  );
  const isFaulty = !lint.isPending && (lint.report?.faults.length ?? 0) > 0;
  const isDirty = name === null ? text.trim() !== '' && !isSaving : text !== kept && !isSaving;
  const reason = isFaulty
    ? 'Put right first what is named below the text'
    : text.trim() === ''
      ? 'Write something first'
      : null;
  return (
    <div className="grid gap-8 *:min-w-0">
      <Section
        title="Text"
        description="YAML. Tab leaves the field."
        actions={
          mayWrite ? (
            <Button
              variant="act"
              busy={isSaving}
              disabledReason={reason}
              onClick={() => void save({ name: name ?? lint.report?.name ?? null, yaml: text, newest })}
            >
              Save
            </Button>
          ) : null
        }
      >
        <div className="grid gap-2 *:min-w-0">
          {problem === null ? null : (
            <Notice role="alert" tone="no" title="It was not saved">
              <VisibleText text={problem} />
            </Notice>
          )}
          {mayWrite ? (
            <Field label="Definition" hideLabel>
              <CodeEditor language="yaml" value={text} onChange={setText} faults={faults} tall />
            </Field>
          ) : (
            <section
              aria-label="Definition as YAML"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
              tabIndex={0}
              className="max-h-[65dvh] overflow-auto rounded-control border bg-sunk px-4 py-3"
            >
              <pre className="w-fit font-mono text-13">
                <VisibleText text={text} />
              </pre>
            </section>
          )}
          <DagFindings lint={lint} />
        </div>
      </Section>
      <div className="grid gap-8 *:min-w-0 wide:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <DagPlan report={lint.report} rejected={rejected} onReject={setRejected} />
        <DagRisks report={lint.report} minLevel={minLevel} onMinLevel={setMinLevel} />
      </div>
      {mayWrite ? <LeaveWarning isDirty={isDirty} isKept={false} /> : null}
    </div>
  );
}
