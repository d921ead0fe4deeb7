'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { api } from '@/components/live/api';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import { dagKeys } from './dags-query-keys';
import { dagHref } from './dags-words';

interface Saving {
  /** Under which name; null where the text says none. */
  name: string | null;
  yaml: string;
  /** The newest version, which it is to follow; null for what is new. */
  newest: number | null;
}

/** Saves a text as the next version of a definition, unless somebody else did meanwhile. */
export function useSaveDag() {
  const queries = useQueryClient();
  const router = useRouter();
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async ({ name, yaml, newest }: Saving): Promise<boolean> => {
    if (name === null) {
      setProblem('The definition says no name.');
      return false;
    }
    setSaving(true);
    setProblem(null);
    try {
      const saved = await api.putDag({
        params: { name },
        body: { name, tasks: [] },
        yaml,
        ...(newest === null ? {} : { ifMatch: newest }),
      });
      const isNew = saved.version !== newest;
      toast.success(isNew ? `Saved as version ${saved.version}` : 'Nothing has changed', { description: name });
      await queries.invalidateQueries({ queryKey: dagKeys.all });
      router.replace(dagHref(name));
      return true;
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      setProblem(error.errors.length > 0 ? 'Put right first what is named below the text.' : error.message);
      return false;
    } finally {
      setSaving(false);
    }
  };
  return { save, isSaving, problem };
}
