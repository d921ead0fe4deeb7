'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { newKey } from '@/components/ui/new-key';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import type { LevelRow } from '@/lib/contracts';
import { type LevelDraft, type LevelFaults, readLevels, toLevelDraft } from './levels-draft';
import { levelsQuery, type ReadLevelRows, replaceLevels } from './levels-queries';
import { levelsKey } from './settings-query-keys';

export interface LevelsState {
  drafts: readonly LevelDraft[];
  /** The rows that are in order, as they are typed. */
  rows: { key: string; row: LevelRow }[];
  /** What is wrong, by the rows' keys. */
  faults: ReadonlyMap<string, LevelFaults>;
  isDirty: boolean;
  isPending: boolean;
  problem: string | null;
  /** What somebody else has saved meanwhile; null most of the time. */
  theirs: ReadLevelRows | null;
  /** What was there when the editing began. */
  base: ReadLevelRows;
  setDrafts: (change: (before: readonly LevelDraft[]) => readonly LevelDraft[]) => void;
  save: () => void;
  /** Goes on with what is typed, over what somebody else has saved, or gives it up for that. */
  settle: (whose: 'mine' | 'theirs') => void;
}

const toDrafts = ({ levels }: ReadLevelRows) => levels.map((row) => toLevelDraft(row, newKey()));

/** The rows while they are edited, and the way to save them. `read` is what the server says now. */
export function useLevels(read: ReadLevelRows): LevelsState {
  const queries = useQueryClient();
  const [base, setBase] = useState(read);
  const [start, setStart] = useState<readonly LevelDraft[]>(() => toDrafts(read));
  const [drafts, setDrafts] = useState(start);
  const [theirs, setTheirs] = useState<ReadLevelRows | null>(null);
  const { rows, faults } = readLevels(drafts);
  const isDirty = drafts !== start;
  const begin = (from: ReadLevelRows) => {
    const fresh = toDrafts(from);
    setBase(from);
    setStart(fresh);
    setDrafts(fresh);
    setTheirs(null);
  };
  useEffect(() => {
    // Read again by itself: what nobody has touched here follows.
    if (!isDirty && read.etag !== base.etag) begin(read);
  });
  const saving = useMutation({
    mutationFn: async (etag: string): Promise<ReadLevelRows> => {
      const levels = rows.map(({ row }) => row);
      try {
        return await replaceLevels(levels, etag);
      } catch (error) {
        if (!isApiProblem(error, 'config/changed')) throw error;
        setTheirs(await queries.fetchQuery({ ...levelsQuery, staleTime: 0 }));
        throw error;
      }
    },
    onSuccess: (saved) => {
      queries.setQueryData(levelsKey, saved);
      begin(saved);
      toast.success('The levels are saved', { description: 'They hold for every request from now on.' });
    },
  });
  const isConflict = isApiProblem(saving.error, 'config/changed');
  return {
    drafts,
    rows,
    faults,
    isDirty,
    isPending: saving.isPending,
    problem: saving.isError && !isConflict ? describeProblem(saving.error) : null,
    theirs,
    base,
    setDrafts,
    save: () => {
      if (!saving.isPending && faults.size === 0) saving.mutate(base.etag);
    },
    settle: (whose) => {
      if (theirs === null) return;
      saving.reset();
      if (whose === 'theirs') begin(theirs);
      else {
        setBase(theirs);
        setTheirs(null);
        saving.mutate(theirs.etag);
      }
    },
  };
}

function describeProblem(error: Error): string {
  const details = isApiProblem(error) ? error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`) : [];
  return details.length > 0 ? details.join('; ') : error.message;
}
