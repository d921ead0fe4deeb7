'use client';

import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { Textarea } from '@/components/ui/textarea';
import type { EvaluationResource, PolicySetResource } from '@/lib/contracts';
import { Answer } from './answer';
import { compareAnswers } from './policies-words';
import { QUESTION_FIELDS, QuestionFields } from './question-fields';
import { readTryDraft, type TryDraft, type TryQuestion } from './try-draft';

interface TryItProps {
  set: PolicySetResource;
  /** The version that decides, if rules do. */
  active: string | null;
  draft: TryDraft;
  onDraft: (draft: TryDraft) => void;
  askRef: RefObject<HTMLButtonElement | null>;
}

/** Asks this version, and what decides now, the same question; nothing is changed by it. */
export function TryIt({ set, active, draft, onDraft, askRef }: TryItProps) {
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const asking = useAsk(set);
  const problem = asking.isError ? toFormProblem(asking.error, QUESTION_FIELDS) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const type = (part: Partial<TryDraft>) => onDraft({ ...draft, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (asking.isPending) return;
    const read = readTryDraft(draft);
    setFaults('faults' in read ? read.faults : {});
    if ('question' in read) asking.mutate({ draft, active, question: read.question });
  };
  // An answer belongs to what was asked and to what decided then, not to what is being typed or was activated since.
  const { variables: asked } = asking;
  const answers = asked?.draft === draft && asked.active === active ? asking.data : undefined;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // On a phone they would come below what can be seen.
    if (answers) place.current?.scrollIntoView({ block: 'nearest' });
  }, [answers]);
  return (
    <Section title="Try it" description="Nothing is recorded and nobody is asked">
      <form
        ref={form}
        aria-label="Try it"
        onSubmit={submit}
        noValidate
        className="grid content-start items-start gap-4 sm:grid-cols-2 rail:grid-cols-3"
      >
        <QuestionFields
          draft={draft}
          errors={errors}
          onChange={type}
          payload={
            <Textarea
              mono
              rows={4}
              spellCheck={false}
              value={draft.payload}
              onChange={(event) => type({ payload: event.target.value })}
            />
          }
        />
        <div className="sm:col-span-full">
          <Button ref={askRef} type="submit" busy={asking.isPending}>
            Ask policy
          </Button>
        </div>
        {problem?.rest ? (
          <Notice role="alert" tone="no" title="Policy did not answer" className="sm:col-span-full">
            {problem.rest}
          </Notice>
        ) : null}
      </form>
      <div ref={place} role="status" aria-label="Answers" className="scroll-mb-5">
        {answers ? <Answers version={set.version} rulesDecide={active !== null} answers={answers} /> : null}
      </div>
    </Section>
  );
}

interface BothAnswers {
  mine: EvaluationResource;
  /** What decides now; null where that is this version. */
  now: EvaluationResource | null;
}

interface Asked {
  draft: TryDraft;
  active: string | null;
  question: TryQuestion;
}

function useAsk(set: PolicySetResource) {
  return useMutation({
    mutationFn: async ({ question }: Asked): Promise<BothAnswers> => {
      const body = { ...question, tenant_id: set.tenant_id };
      const [mine, now] = await Promise.all([
        api.evaluatePolicy({ body: { ...body, policy_version: set.version } }),
        set.status === 'active' ? null : api.evaluatePolicy({ body }),
      ]);
      return { mine, now };
    },
  });
}

interface AnswersProps {
  version: string;
  /** Whether a version is active; otherwise the level configuration decides. */
  rulesDecide: boolean;
  answers: BothAnswers;
}

function Answers({ version, rulesDecide, answers: { mine, now } }: AnswersProps) {
  if (now === null) {
    return (
      <div className="mt-5">
        <Answer title={version} what="this version, which decides now" answer={mine} />
      </div>
    );
  }
  return (
    <div className="mt-5">
      <p className="mb-3 text-13 text-ink-2">{compareAnswers(mine, now)}</p>
      <div className="grid gap-x-7 gap-y-5 sm:grid-cols-2">
        <Answer title={version} what="this version" answer={mine} />
        {rulesDecide ? (
          <Answer title={now.policy_version} what="decides now" answer={now} />
        ) : (
          <Answer title={null} what="The level configuration, which decides now" answer={now} />
        )}
      </div>
    </div>
  );
}
