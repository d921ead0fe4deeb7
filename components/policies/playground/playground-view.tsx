'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { CodeEditor } from '@/components/code/code-editor';
import type { CodeFault } from '@/components/code/code-mirror';
import { readJsonObject } from '@/components/code/json-text';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { Section } from '@/components/ui/section';
import { toast } from '@/components/ui/toast';
import type { EvaluationResource } from '@/lib/contracts';
import { Answer } from '../answer';
import { PoliciesLink } from '../policies-link';
import { policySetsQuery } from '../policies-queries';
import { QUESTION_FIELDS, QuestionFields } from '../question-fields';
import { readTryDraft, type TryDraft, type TryQuestion } from '../try-draft';
import { differencesOf } from './differences';
import { type PlaygroundState, playgroundHref } from './playground-state';
import { VersionChoice } from './version-choice';

interface PlaygroundViewProps {
  tenantId: string;
  /** What the address says. */
  start: PlaygroundState;
  /** Whether the address says what to ask, so that the answer is there at once. */
  asks: boolean;
}

/** A question, and what every version answers to it, side by side. Nothing is changed by it. */
export function PlaygroundView({ tenantId, start, asks }: PlaygroundViewProps) {
  const { data: sets } = useQuery(policySetsQuery);
  const active = sets?.data.find(({ status }) => status === 'active')?.version ?? null;
  const [state, setState] = useState(start);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const asking = useAskAll(tenantId);
  const problem = asking.isError ? toFormProblem(asking.error, QUESTION_FIELDS) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const type = (part: Partial<TryDraft>) => setState((before) => ({ ...before, draft: { ...before.draft, ...part } }));
  const ask = (asked: PlaygroundState) => {
    const read = readTryDraft(asked.draft);
    setFaults('faults' in read ? read.faults : {});
    if ('faults' in read) return;
    asking.mutate({ state: asked, active, question: read.question });
    // What is asked is what the address says from now on; a payload that it cannot carry is not in it.
    window.history.replaceState(null, '', playgroundHref(asked) ?? '/policies/playground');
  };
  const first = useRef(asks);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the address asks is asked once, when the page opens.
  useEffect(() => {
    if (first.current) ask(start);
    first.current = false;
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!asking.isPending) ask(state);
  };
  // Answers belong to what was asked and to what decided then.
  const answers = asking.variables?.state === state && asking.variables.active === active ? asking.data : undefined;
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <PageHeader
        title="Playground"
        meta={<PoliciesLink />}
        description="What each version would answer. Nothing is recorded and nobody is asked."
        actions={<ShareButton state={state} />}
      />
      <form
        ref={form}
        aria-label="Question"
        onSubmit={submit}
        noValidate
        className="grid content-start items-start gap-4 sm:grid-cols-2 rail:grid-cols-3"
      >
        <QuestionFields
          draft={state.draft}
          errors={errors}
          onChange={type}
          payload={<PayloadEditor value={state.draft.payload} onChange={(payload) => type({ payload })} />}
        />
        <div className="grid gap-4 sm:col-span-full">
          <VersionChoice
            sets={sets?.data ?? []}
            active={active}
            chosen={state.versions}
            onChange={(versions) => setState((before) => ({ ...before, versions }))}
          />
          <div>
            <Button type="submit" variant="act" busy={asking.isPending}>
              Ask policy
            </Button>
          </div>
        </div>
        {problem?.rest ? (
          <Notice role="alert" tone="no" title="Policy did not answer" className="sm:col-span-full">
            {problem.rest}
          </Notice>
        ) : null}
      </form>
      <div role="status" aria-label="Answers" className="scroll-mb-5">
        {answers ? <Answers answers={answers} versions={state.versions} active={active} /> : null}
      </div>
    </div>
  );
}

/** The payload with its fault underlined while it is written. */
function PayloadEditor({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const faults = useMemo((): CodeFault[] => {
    const read = readJsonObject(value);
    return 'fault' in read ? [{ ...read.fault, severity: 'error' }] : [];
  }, [value]);
  return <CodeEditor language="json" value={value} onChange={onChange} faults={faults} />;
}

function ShareButton({ state }: { state: PlaygroundState }) {
  const href = playgroundHref(state);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(`${location.origin}${href}`);
      toast.success('The link is copied', { description: 'Whoever may see the policies finds this question there.' });
    } catch {
      // Plain http on another host than localhost has no clipboard, and people may refuse it.
      toast.error('This browser does not allow copying here', { description: 'Ask, and copy the page’s address.' });
    }
  };
  return (
    <Button
      disabledReason={href === null ? 'The payload is too long for an address' : null}
      onClick={() => void copy()}
    >
      Copy link
    </Button>
  );
}

interface Asked {
  state: PlaygroundState;
  active: string | null;
  question: TryQuestion;
}

/** What decides now answers first, then the versions that were chosen; all under one state of the configuration. */
function useAskAll(tenantId: string) {
  return useMutation({
    mutationFn: async ({ state, question }: Asked): Promise<EvaluationResource[]> => {
      const body = { ...question, tenant_id: tenantId };
      const items = [body, ...state.versions.map((version) => ({ ...body, policy_version: version }))];
      return (await api.evaluatePolicyBatch({ body: { items } })).data;
    },
  });
}

interface AnswersProps {
  answers: readonly EvaluationResource[];
  versions: readonly string[];
  active: string | null;
}

function Answers({ answers: [now, ...others], versions, active }: AnswersProps) {
  if (now === undefined) return null;
  const different = others.filter((answer) => differencesOf(answer, now).size > 0).length;
  return (
    <Section title="Answers">
      {others.length === 0 ? null : (
        <p className="mb-3 text-13 text-ink-2">{describeDifferent(different, others.length)}</p>
      )}
      <div className="grid gap-x-7 gap-y-5 sm:grid-cols-[repeat(auto-fit,minmax(15rem,1fr))]">
        {active === null ? (
          <Answer title={null} what="The level configuration, which decides now" answer={now} />
        ) : (
          <Answer title={active} what="decides now" answer={now} />
        )}
        {others.map((answer, index) => (
          <Answer
            key={versions[index]}
            title={versions[index] ?? null}
            what="would answer"
            answer={answer}
            differs={differencesOf(answer, now)}
          />
        ))}
      </div>
    </Section>
  );
}

function describeDifferent(different: number, count: number): string {
  if (different === 0) return 'They answer the same.';
  if (count === 1) return 'It answers otherwise than what decides now.';
  return `${different} of ${count} ${different === 1 ? 'answers' : 'answer'} otherwise than what decides now.`;
}
