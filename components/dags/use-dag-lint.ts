'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '@/components/live/api';
import type { LintReport } from '@/lib/contracts';
import { dagKeys } from './dags-query-keys';

const PAUSE_MS = 300;

export interface DagLint {
  /** Of the text as it stands there, or, while `isPending`, of an earlier one. */
  report: LintReport | null;
  isPending: boolean;
  /** Why nobody looked at it. */
  problem: string | null;
}

export interface LintQuestion {
  yaml: string;
  minLevel: number;
  rejected: readonly string[];
}

/** What the server says of a definition while it is written, once the typing pauses. A question that is overtaken is called off. */
export function useDagLint(question: LintQuestion): DagLint {
  const asked = JSON.stringify(question);
  const [settled, setSettled] = useState(asked);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(asked), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const query = useQuery({
    queryKey: dagKeys.lint(settled),
    queryFn: ({ signal }) => {
      const { yaml, minLevel, rejected } = JSON.parse(settled) as LintQuestion;
      return api.lintDag({ body: { yaml, min_level: minLevel, rejected: [...rejected] }, signal });
    },
    enabled: question.yaml.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  });
  const isEmpty = question.yaml.trim() === '';
  return {
    report: isEmpty ? null : (query.data ?? null),
    isPending: !isEmpty && !query.isError && (asked !== settled || query.isPlaceholderData || query.data === undefined),
    problem: query.isError ? query.error.message : null,
  };
}
