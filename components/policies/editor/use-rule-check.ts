'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { guardWithHas } from '@/components/code/cel-guard';
import type { CodeFault } from '@/components/code/code-mirror';
import { api } from '@/components/live/api';
import type { BodyInputOf, operations } from '@/lib/contracts';
import { type RuleDraft, readExample } from './set-draft';

const PAUSE_MS = 300;

type CheckBody = BodyInputOf<typeof operations.checkPolicyRule>;

/** How an example went. */
export interface ExampleVerdict {
  result: boolean | null;
  error: string | null;
}

export interface RuleCheck {
  /** Of the condition as it stands there; empty while another one is still being judged. */
  condition: CodeFault[];
  /** By the examples' keys. */
  examples: ReadonlyMap<string, ExampleVerdict>;
  isPending: boolean;
  /** Why nobody judged it. */
  problem: string | null;
}

/**
 * What the server says of a rule while it is written: of its condition and of its examples, once the typing pauses. The other fields need not
 * be filled in yet. A question that is overtaken is called off.
 */
export function useRuleCheck(draft: RuleDraft): RuleCheck {
  const asked = JSON.stringify(toQuestion(draft));
  const settled = useSettled(asked, PAUSE_MS);
  const query = useQuery({
    queryKey: ['rule-check', settled],
    queryFn: ({ signal }) => api.checkPolicyRule({ body: JSON.parse(settled) as CheckBody, signal }),
    enabled: settled !== 'null',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    // The results of the examples stay readable while the next ones come.
    placeholderData: keepPreviousData,
  });
  const isCurrent = asked === settled && !query.isPlaceholderData && query.data !== undefined;
  const { faults = [], warnings = [], examples = [] } = asked === 'null' ? {} : (query.data ?? {});
  const found = [
    ...faults.map((fault) => ({ ...fault, severity: 'error' as const })),
    ...warnings.map((warning) => ({ ...warning, severity: 'warning' as const })),
  ];
  return {
    condition: isCurrent ? found.flatMap((each) => toConditionFault(each, draft.when)) : [],
    examples: new Map(examples.map(({ name, result, error }) => [name, { result, error }])),
    isPending: asked !== 'null' && !isCurrent && !query.isError,
    problem: query.isError ? query.error.message : null,
  };
}

/** The rule as far as it can be judged; an example is named by its key, to be found again. */
function toQuestion(draft: RuleDraft): CheckBody | null {
  if (draft.when.trim() === '') return null;
  const examples = draft.examples.flatMap((example, index) => {
    const read = readExample(example, index);
    return 'example' in read ? [{ ...read.example, name: example.key }] : [];
  });
  return { rule: { rule_id: 'rule', reason: '-', when: draft.when, effect: draft.effect, examples } };
}

interface Found {
  pointer: string;
  detail: string;
  position: { start: number; end: number } | null;
  severity: 'error' | 'warning';
}

function toConditionFault({ pointer, detail, position, severity }: Found, when: string): CodeFault[] {
  if (pointer !== '/when' || position === null) return [];
  const { start, end } = position;
  const text = severity === 'warning' ? guardWithHas(when, start, end) : null;
  return [
    { start, end, message: detail, severity, fix: text === null ? undefined : { label: 'Ask has() first', text } },
  ];
}

/** The value once it has not changed for a while. */
function useSettled(value: string, pauseMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}
