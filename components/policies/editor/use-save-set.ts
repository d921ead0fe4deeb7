'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { useSubmitKey } from '@/components/settings/submit-key';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import type { PolicySetBody } from '@/lib/contracts';
import { policyKeys } from '../policies-query-keys';
import { versionHref } from '../policies-words';
import type { RuleProblem } from './rule-row';
import { readSet, type SetDraft, sortFaults } from './set-draft';

export interface Saving {
  save: () => void;
  isPending: boolean;
  /** What is wrong, by the rules' keys. */
  problems: ReadonlyMap<string, RuleProblem>;
  /** What belongs to no rule; null where nothing does. */
  rest: string | null;
}

interface SavingOptions {
  tenantId: string;
  draft: SetDraft;
  onSaved: () => void;
  /** With the keys of the rules that are wrong. */
  onFaults: (keys: string[]) => void;
}

const NONE: ReadonlyMap<string, RuleProblem> = new Map();

/** Writes a draft as a new version and goes to its page; what the contract or the server refuses is shown at its rule. */
export function useSaveSet({ tenantId, draft, onSaved, onFaults }: SavingOptions): Saving {
  const queries = useQueryClient();
  const router = useRouter();
  const submitKey = useSubmitKey();
  const [problems, setProblems] = useState<ReadonlyMap<string, RuleProblem>>(NONE);
  const [rest, setRest] = useState<string | null>(null);
  const showFaults = (found: ReadonlyMap<string, RuleProblem>, elsewhere: string | null) => {
    setProblems(found);
    setRest(elsewhere);
    if (found.size > 0) onFaults([...found.keys()]);
  };
  const saving = useMutation({
    mutationFn: (set: Omit<PolicySetBody, 'tenant_id'>) => {
      const body = { ...set, tenant_id: tenantId };
      return api.createPolicySet({ body, idempotencyKey: submitKey(body) });
    },
    onSuccess: (set) => {
      onSaved();
      queries.setQueryData(policyKeys.one(set.version), set);
      void queries.invalidateQueries({ queryKey: policyKeys.list });
      toast.success(`${set.version} is written`, { description: 'It is a draft until it is activated.' });
      router.push(versionHref(set.version));
    },
    onError: (error) => {
      if (!isApiProblem(error) || error.errors.length === 0) return showFaults(NONE, error.message);
      const { byRule, rest: elsewhere } = sortFaults(error.errors, draft.rules);
      const found = draft.rules.flatMap((rule): [string, RuleProblem][] => {
        const faults = byRule.get(rule.key);
        return faults === undefined ? [] : [[rule.key, { rule, ...faults }]];
      });
      showFaults(new Map(found), elsewhere.length === 0 ? null : elsewhere.join('; '));
    },
  });
  const save = () => {
    if (saving.isPending) return;
    const read = readSet(draft);
    if ('set' in read) {
      showFaults(NONE, null);
      saving.mutate(read.set);
      return;
    }
    const found = draft.rules.flatMap((rule): [string, RuleProblem][] => {
      const faults = read.faults.get(rule.key);
      return faults === undefined ? [] : [[rule.key, { rule, faults, conditions: [] }]];
    });
    showFaults(new Map(found), null);
  };
  return { save, isPending: saving.isPending, problems, rest };
}
