'use client';

import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { CodeEditor } from '@/components/code/code-editor';
import type { CodeFault } from '@/components/code/code-mirror';
import { readJsonObject } from '@/components/code/json-text';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { toast } from '@/components/ui/toast';
import type { PolicySetSummary } from '@/lib/contracts';
import { PoliciesLink } from '../policies-link';
import { policySetsQuery } from '../policies-queries';
import { QUESTION_FIELDS, QuestionFields } from '../question-fields';
import { readTryDraft, type TryDraft } from '../try-draft';
import { Answers } from './answers';
import { type Choice, chosenOf, turn } from './choice';
import { type PlaygroundState, playgroundHref } from './playground-state';
import { useAsking } from './use-asking';
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
  const sets = useQuery(policySetsQuery).data?.data ?? NO_SETS;
  const active = sets.find(({ status }) => status === 'active')?.version ?? null;
  const [state, setState] = useState(start);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const { asking, ask, askMore, stop } = useAsking();
  const known = useMemo(() => sets.map(({ version }) => version), [sets]);
  const chosen = useMemo(() => chosenOf(state.choice, known, active), [state.choice, known, active]);
  const problem = asking?.error ? toFormProblem(asking.error, QUESTION_FIELDS) : null;
  const errors: Readonly<Record<string, string>> = { ...problem?.fields, ...faults };
  const form = useFocusOnFault(errors);
  const type = (part: Partial<TryDraft>) => setState((before) => ({ ...before, draft: { ...before.draft, ...part } }));
  // What is asked is what the address says from now on; a question that it cannot carry is not in it.
  const keepAddress = () => window.history.replaceState(null, '', playgroundHref(state) ?? '/policies/playground');
  const askAll = () => {
    const read = readTryDraft(state.draft);
    setFaults('faults' in read ? read.faults : {});
    if ('faults' in read) return;
    keepAddress();
    void ask({ question: { ...read.question, tenant_id: tenantId }, draft: state.draft, active }, chosen);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the address asks is asked once, when the page opens.
  useEffect(() => {
    if (asks) askAll();
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (asking?.phase !== 'asking') askAll();
  };
  // Answers belong to what was asked and to what decided then.
  const answered = asking?.draft === state.draft && asking.active === active ? asking : null;
  const choose = (choice: Choice) => setState((before) => ({ ...before, choice }));
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
          <VersionChoice sets={sets} active={active} choice={state.choice} onChange={choose} />
          <div>
            <Button type="submit" variant="act" busy={asking?.phase === 'asking'}>
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
      {answered === null ? null : (
        <Answers
          asking={answered}
          sets={sets}
          chosen={chosen}
          onAskMore={(versions) => {
            keepAddress();
            void askMore(versions);
          }}
          onStop={stop}
          onAskAgain={askAll}
          onLeaveOut={(version) => choose(turn(state.choice, version))}
        />
      )}
    </div>
  );
}

const NO_SETS: readonly PolicySetSummary[] = [];

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
      disabledReason={href === null ? 'The question is too long for an address' : null}
      onClick={() => void copy()}
    >
      Copy link
    </Button>
  );
}
