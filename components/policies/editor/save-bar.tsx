'use client';

import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { SetDraft } from './set-draft';
import type { Saving } from './use-save-set';

interface SaveBarProps {
  saving: Saving;
  draft: SetDraft;
  isDirty: boolean;
  isKept: boolean;
}

/** The way out of the editor, always in reach: what keeps the version from being saved, and the button that saves it. */
export function SaveBar({ saving, draft, isDirty, isKept }: SaveBarProps) {
  // A rule that was changed since is not known to be wrong any more.
  const wrong = draft.rules.filter((rule) => saving.problems.get(rule.key)?.rule === rule).length;
  return (
    <div data-decision-bar="" className="sticky bottom-0 z-20 -mx-1 grid gap-2 border-t bg-surface px-1 py-3">
      {saving.rest === null ? null : (
        <Notice role="alert" tone="no" title="It was not saved">
          {saving.rest}
        </Notice>
      )}
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p role="status" className="min-w-0 text-13 text-ink-2">
          {wrong > 0 ? (
            <span className="text-no">
              {wrong === 1 ? 'It is not saved: one rule is wrong.' : `It is not saved: ${wrong} rules are wrong.`}
            </span>
          ) : (
            describeKeeping(isDirty, isKept)
          )}
        </p>
        <Button variant="act" busy={saving.isPending} onClick={saving.save} className="max-sm:w-full">
          Save as a draft
        </Button>
      </div>
    </div>
  );
}

function describeKeeping(isDirty: boolean, isKept: boolean): string {
  if (!isDirty) return 'A draft decides nothing until it is activated.';
  return isKept ? 'Not saved. What you write is kept in this browser.' : 'Not saved, and this browser keeps nothing.';
}
