'use client';

import { useEffect, useReducer, useState } from 'react';
import { changeDraft, type DraftAction } from './draft-actions';
import { type DraftPlace, findKeptDraft, forgetDraft, type KeptDraft, keepDraft } from './kept-draft';
import type { SetDraft } from './set-draft';

export interface DraftState {
  draft: SetDraft;
  dispatch: (action: DraftAction) => void;
  /** Whether there is something that would be lost. */
  isDirty: boolean;
  /** When what was found in this browser was written; null where nothing was. */
  restoredAt: string | null;
  /** False where this browser keeps nothing. */
  isKept: boolean;
  startAgain: () => void;
}

/** A draft that outlives the page: every change is kept in this browser until it is saved or given up. */
export function useSetDraft(place: DraftPlace, begin: () => SetDraft): DraftState {
  const [start, setStart] = useState(begin);
  const [draft, dispatch] = useReducer(changeDraft, start);
  const [restored, setRestored] = useState<KeptDraft | null>(null);
  const [isKept, setKept] = useState(true);
  const { tenantId, userId, from } = place;
  useEffect(() => {
    const kept = findKeptDraft({ tenantId, userId, from });
    if (kept === null) return;
    dispatch({ type: 'replace', draft: kept.draft });
    setRestored(kept);
  }, [tenantId, userId, from]);
  const isDirty = draft !== start;
  const isNews = isDirty && draft !== restored?.draft;
  useEffect(() => {
    if (isNews) setKept(keepDraft({ tenantId, userId, from }, draft, Date.now()));
  }, [isNews, draft, tenantId, userId, from]);
  const startAgain = () => {
    forgetDraft(place);
    const fresh = begin();
    setStart(fresh);
    dispatch({ type: 'replace', draft: fresh });
    setRestored(null);
  };
  return { draft, dispatch, isDirty, restoredAt: restored?.at ?? null, isKept, startAgain };
}
